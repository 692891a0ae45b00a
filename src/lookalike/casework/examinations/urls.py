"""The addresses of this step."""

from __future__ import annotations

from lookalike.casework.examinations import views
from lookalike.casework.pages import route

urlpatterns = [
    route("tasks/", views.tasks, name="tasks"),
    route("examinations/", views.examinations, name="examinations"),
    route("trials/", views.trials, name="trials"),
]
