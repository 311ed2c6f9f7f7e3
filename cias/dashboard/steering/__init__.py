"""The direction's dashboard (S9): what the service carries and how late it is, each number leading to its list.

Internal management: numbers are exact, and each is the count of rows of the list it links to, for the one who reads.
Nothing here is published; what is goes through abs_reports and statistical secrecy.
"""
