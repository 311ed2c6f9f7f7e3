"""Objects behind the addresses of job search."""

from typing import Any

from tests.factories.jobs import (
    CvEntryFactory,
    JobOfferFactory,
    JobSearchFactory,
    JobStepFactory,
    SearchOutcomeFactory,
)


def sample_kwargs(world: Any) -> dict[str, object]:
    search = JobSearchFactory(household=world.household, person=world.person, goals="canari-emploi")
    step = JobStepFactory(search=search)
    return {
        "job_search_id": search.pk, "job_step_id": step.pk, "cv_kind": "experience",
        "job_offer_id": JobOfferFactory().pk, "search_outcome_id": SearchOutcomeFactory(search=search).pk,
        "cv_entry_id": CvEntryFactory(search=search).pk,
    }  # fmt: skip
