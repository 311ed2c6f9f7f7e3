"""The register of beneficiaries (fichier des bénéficiaires, CASF R123-6): a legal duty of the CIAS (H14)."""
