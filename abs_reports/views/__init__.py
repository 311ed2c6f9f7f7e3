from abs_reports.views.data import (
    dataset_list,
    import_cancel,
    import_detail,
    import_job,
    import_progress,
    import_verified,
    statement_model,
)
from abs_reports.views.indicators import indicator_detail, indicator_list
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
    "import_cancel",
    "import_detail",
    "import_job",
    "import_progress",
    "import_verified",
    "indicator_detail",
    "indicator_list",
    "new_edition",
    "progress",
    "publish",
    "report_detail",
    "report_list",
    "statement_model",
]
