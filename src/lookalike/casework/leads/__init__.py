"""What a supervisor answers for: a lead and its sheet, or no lead."""
