"""`python -m cias.embedded demo | run | clean`: behind `make demo`, `make run` and `make clean-demo`."""

import argparse
import sys

from cias.embedded.clean import clean
from cias.embedded.demo import serve
from cias.embedded.prepare import prepare


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m cias.embedded", description="Services embarqués du CIAS."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    commands.add_parser("demo", help="sert l’application avec ses données de démonstration")
    commands.add_parser("run", help="serveur de développement (DEBUG) et worker")
    commands.add_parser(
        "prepare", help="met à jour la base, les fichiers statiques et les données de démonstration"
    )
    commands.add_parser(
        "clean", help="efface la base, la file d’attente et les documents de la démonstration"
    )
    match parser.parse_args().command:
        case "prepare":
            prepare()
        case "clean":
            clean()
        case command:
            return serve(development=command == "run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
