"""What in the procedure does not follow the delays: said to the judge, it may change everything."""

from collections.abc import Iterator
from dataclasses import dataclass

from cias.core.deadlines import ONE_DAY
from cias.core.french import date_short
from housing.delays.counting import after
from housing.delays.enums import DelayCode
from housing.evictions.chronology import Chronology
from housing.evictions.enums import TELL_CCAPEX_FIRST, ActKind, Ruling

K, D = ActKind, DelayCode


@dataclass(frozen=True)
class Remark:
    text: str
    source: str
    to_check: bool


def remarks(story: Chronology) -> list[Remark]:
    """Every irregularity that the dates show; none is a decision, all are to be checked on the acts themselves."""
    return [*_before_summons(story), *_notice(story), *_rulings(story), *_eviction(story)]


def _before_summons(story: Chronology) -> Iterator[Remark]:
    summons = story.last(K.SUMMONS)
    if summons is None:
        return
    for one in story.deadlines():
        if one.code == D.PAY and summons.on <= one.due:
            yield Remark(
                f"Assignation du {date_short(summons.on)} avant la fin du délai du commandement "
                f"({date_short(one.due)}).",
                one.source,
                one.to_check,
            )
        if one.code == D.CCAPEX_FIRST and summons.on < one.due:
            yield Remark(
                f"Assignation du {date_short(summons.on)} trop tôt après le signalement à la CCAPEX\u00a0: "
                f"pas avant le {date_short(one.due)}.",
                one.source,
                one.to_check,
            )
    first = story.rules.find(D.CCAPEX_FIRST, summons.on)
    if first and story.file.landlord_kind in TELL_CCAPEX_FIRST and story.last(K.REPORT_CCAPEX) is None:
        yield Remark(
            "Aucun signalement à la CCAPEX n’est noté avant l’assignation.", first.source, first.is_to_check
        )


def _notice(story: Chronology) -> Iterator[Remark]:
    latest, notice = story.latest_notice(), story.last(K.PREFECT_NOTICE)
    summons = story.last(K.SUMMONS)
    if latest is None or summons is None:
        return
    rule = story.rules.find(D.PREFECT_NOTICE, summons.on)
    if rule is None:
        return
    told = notice.on if notice is not None and notice.on >= summons.on else None
    if told and told > latest:
        yield Remark(
            f"Assignation notifiée au préfet le {date_short(told)}, moins de {rule.length} avant l’audience\u00a0: "
            "la demande est irrecevable.",
            rule.source,
            rule.is_to_check,
        )
    elif told is None and summons.on > latest:
        yield Remark(
            f"L’assignation laisse moins de {rule.length} avant l’audience\u00a0: elle n’a pas pu être notifiée à "
            "temps au préfet.",
            rule.source,
            rule.is_to_check,
        )


def _rulings(story: Chronology) -> Iterator[Remark]:
    for kind in (K.JUDGMENT, K.JEX_DECISION):
        act = story.last(kind)
        if act is None or act.ruling != Ruling.SUSPENDED or act.fixed_on is None:
            continue
        for code, word in ((D.JUDGE_MAX, "après"), (D.JEX_MAX, "après"), (D.JEX_MIN, "avant")):
            if (code == D.JUDGE_MAX) != (kind == K.JUDGMENT):
                continue
            rule = story.rules.find(code, act.on)
            if rule is None:
                continue
            bound = after(rule, act.on)
            if (act.fixed_on > bound) if word == "après" else (act.fixed_on < bound):
                yield Remark(
                    f"{kind.label}\u00a0: délais jusqu’au {date_short(act.fixed_on)}, {word} la limite du "
                    f"{date_short(bound)}.",
                    rule.source,
                    rule.is_to_check,
                )


def _eviction(story: Chronology) -> Iterator[Remark]:
    act = story.last(K.EVICTION)
    if act is None:
        return
    truce = story.rules.truce(act.on)
    if truce and not story.file.truce_exception:
        yield Remark(
            f"Expulsion pendant la trêve hivernale ({date_short(truce.first)} au {date_short(truce.last)}).",
            truce.rule.source,
            truce.rule.is_to_check,
        )
    order = story.last(K.QUIT_ORDER)
    rule = story.rules.find(D.QUIT, order.on) if order else None
    if order and rule and act.on < after(rule, order.on) + ONE_DAY:
        yield Remark(
            f"Expulsion avant la fin des {rule.length} du commandement de quitter les lieux.",
            rule.source,
            rule.is_to_check,
        )
