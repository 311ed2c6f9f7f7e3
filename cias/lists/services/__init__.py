from cias.lists.services.exports import (
    delete_export,
    forget_exports,
    purge_exports,
    read_export,
    request_export,
    requeue_lost_exports,
    run_export,
)
from cias.lists.services.views import (
    change_view,
    delete_view,
    purge_views,
    replace_view,
    restore_view,
    save_view,
    set_default,
    unset_default,
)

__all__ = [
    "change_view",
    "delete_export",
    "delete_view",
    "forget_exports",
    "purge_exports",
    "purge_views",
    "read_export",
    "replace_view",
    "request_export",
    "requeue_lost_exports",
    "restore_view",
    "run_export",
    "save_view",
    "set_default",
    "unset_default",
]
