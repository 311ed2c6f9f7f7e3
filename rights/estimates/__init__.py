"""Non-take-up (R6): the rights a household may be missing, estimated by OpenFisca-France from what its file holds.

`fields` says which field of the file becomes which variable of OpenFisca, `facts` reads them, `engine` computes (in
the worker only), `verdicts` compares with what the household has. An estimate informs; it decides nothing.
"""
