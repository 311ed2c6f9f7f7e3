from abs_reports.views.data import dataset_list, import_detail
from abs_reports.views.reports import (
    cancel,
    compile_again,
    download,
    figures,
    figures_workbook,
    new_edition,
    progress,
    publish,
    report_detail,
    report_list,
)

__all__ = [
    "cancel",
    "compile_again",
    "dataset_list",
    "download",
    "figures",
    "figures_workbook",
    "import_detail",
    "new_edition",
    "progress",
    "publish",
    "report_detail",
    "report_list",
]
