from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "cias.lists"
    label = "lists"
    verbose_name = "Listes"
