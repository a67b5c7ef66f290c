"""The Celery app, its timetable and its tasks."""
