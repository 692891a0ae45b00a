"""The addresses of this step."""

from __future__ import annotations

from lookalike.casework.examinations import views, views_read, views_trials
from lookalike.casework.pages import route

urlpatterns = [
    route("tasks/", views.tasks, name="tasks"),
    route("tasks/<str:public_id>/", views.task, name="task"),
    route("tasks/<str:public_id>/begin", views.begin, name="task-begin"),
    route("tasks/<str:public_id>/describe", views.describe, name="task-describe"),
    route("tasks/<str:public_id>/lock", views.lock, name="task-lock"),
    route("tasks/<str:public_id>/show", views.show, name="task-show"),
    route("tasks/<str:public_id>/correct", views.correct, name="task-correct"),
    route("tasks/<str:public_id>/conclude", views.conclude, name="task-conclude"),
    route("tasks/<str:public_id>/hand-back", views.hand_back, name="task-hand-back"),
    route("tasks/<str:public_id>/probe", views.probe, name="task-probe"),
    route("tasks/<str:public_id>/faces/<str:face_id>", views.face, name="task-face"),
    route("tasks/<str:public_id>/compare/<str:face_id>", views.compare, name="task-compare"),
    route("tasks/<str:public_id>/compare/<str:face_id>/viewer", views.viewer, name="task-viewer"),
    route("examinations/", views_read.examinations, name="examinations"),
    route("examinations/<str:public_id>/", views_read.examination, name="examination"),
    route("examinations/<str:public_id>/give", views_read.give, name="examination-give"),
    route("examinations/<str:public_id>/close", views_read.close, name="examination-close"),
    route("examinations/<str:public_id>/probe", views_read.probe, name="examination-probe"),
    route("examinations/<str:public_id>/tasks/<str:task_id>/withdraw", views_read.withdraw, name="task-withdraw"),
    route("examinations/<str:public_id>/tasks/<str:task_id>/report", views_read.report, name="task-report"),
    route("examinations/<str:public_id>/faces/<str:face_id>", views_read.face, name="examination-face"),
    route("examinations/<str:public_id>/compare/<str:face_id>", views_read.compared, name="examination-compare"),
    route("trials/", views_trials.trials, name="trials"),
    route("trials/schedule", views_trials.schedule, name="trials-schedule"),
    route("trials/<str:public_id>/", views_trials.trial_round, name="trial-round"),
    route("trials/<str:public_id>/close", views_trials.close, name="trial-round-close"),
]
