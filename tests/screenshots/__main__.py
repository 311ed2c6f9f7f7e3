"""`.ci/screenshots [NAME…]`: takes the pictures of docs/screenshots again."""

import os

import django

from cias import embedded


def main() -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    embedded.start_for_process()
    django.setup()
    from tests.screenshots.taking import take_pictures

    take_pictures()


if __name__ == "__main__":
    main()
