"""The Celery app: which broker rings, how lost work comes back, and the timetable.

The broker is only a bell. Whatever must happen is a row first; every task that a lost message
could starve has a line in the timetable that looks for what still waits.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import Celery
from celery.signals import task_prerun, worker_process_init

from core import db, logs, settings

SOON = timedelta(seconds=15)
MINUTES = timedelta(minutes=1)

TIMETABLE: dict[str, timedelta] = {
    "billing.sweep_events": SOON,
    "billing.mirror_due": 5 * MINUTES,
    "billing.expire_checkouts": 10 * MINUTES,
    "billing.carry_out_withdrawals": 5 * MINUTES,
    "billing.carry_out_terminations": 5 * MINUTES,
    "billing.tell_addresses": 5 * MINUTES,
    "accounts.erase_due": 5 * MINUTES,
    "billing.reconcile_events": 15 * MINUTES,
    "billing.reconcile_all": timedelta(hours=24),
    "billing.sweep_asked": MINUTES,
    "notices.send_owed": SOON,
    "reports.note_notices": 10 * MINUTES,
    "reports.keep_ready": SOON,
    "reports.make_months": timedelta(hours=24),
    "reports.check_identity": timedelta(hours=24),
    "reports.call_missing": timedelta(hours=24),
    "notices.move_unwarned": 5 * MINUTES,
    "access.refresh_given": 10 * MINUTES,
    "access.refresh_together": timedelta(hours=24),
    "catalog.refresh_counts": 10 * MINUTES,
    "catalog.refresh_tiers": timedelta(hours=24),
    "catalog.refresh_similar": 10 * MINUTES,
    "accounts.purge_sessions": timedelta(hours=24),
}


def broker_url() -> str:
    """The broker named in the settings, or the queue inside our own PostgreSQL."""
    given = settings.current().broker_url
    if given is not None:
        return given.get_secret_value()
    return db.url().replace("postgresql+psycopg://", "pgmq://", 1)


def configuration() -> dict[str, Any]:
    """What Celery is told, read when it is first asked for; nothing is connected by it."""
    url = broker_url()
    quorum = {
        "task_default_queue_type": "quorum",
        "worker_detect_quorum_queues": True,
        "broker_native_delayed_delivery_queue_type": "quorum",
    }
    return {
        "broker_url": url,
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 4,
        "worker_enable_remote_control": False,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_timeout": 2,
        "task_publish_retry": True,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
        "broker_transport_options": _transport_options(url),
        "beat_schedule": {
            name: {"task": name, "schedule": every, "options": {"expires": every.total_seconds()}}
            for name, every in TIMETABLE.items()
        },
        **(quorum if url.startswith("amqp") else {}),
    }


def _transport_options(url: str) -> dict[str, Any]:
    if url.startswith("pgmq"):
        return {
            "init_extension": False,
            "wait_time_seconds": 0,
            "polling_interval": 0.1,
            "visibility_timeout": settings.current().redelivery_seconds,
            "pool_size": 4,
            "pool_timeout": 2,
        }
    if url.startswith(("redis", "rediss")):
        return {
            "visibility_timeout": settings.current().redelivery_seconds,
            "socket_timeout": 2,
            "socket_connect_timeout": 2,
        }
    return {"confirm_publish": True} if url.startswith("amqp") else {}


app = Celery("matinee", include=["workers.tasks", "workers.upkeep"])
app.add_defaults(configuration)


@worker_process_init.connect
def _start_process(**_: object) -> None:
    """Each pool process has its own connections: none is shared with the one that forked it."""
    db.connect()
    logs.start()


@task_prerun.connect
def _name_task(task_id: str, **_: object) -> None:
    logs.task_id.set(task_id)
