"""The door: how django-allauth signs people in here. Which of its pages there are, and what each step records."""
