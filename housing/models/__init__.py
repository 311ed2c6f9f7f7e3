from housing.models.places import ALERT_BEFORE, Dwelling, Place, SchemeRule, Unavailability
from housing.models.stays import Stay, StayContract

__all__ = ["ALERT_BEFORE", "Dwelling", "Place", "SchemeRule", "Stay", "StayContract", "Unavailability"]
