"""The WSGI application, for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cias.settings")

application = get_wsgi_application()

# What is loaded by now stays: the processes forked from this one share it, and no collection goes through it again
# (each printed document asks for two).
gc.collect()
gc.freeze()
