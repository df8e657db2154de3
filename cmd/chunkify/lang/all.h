/* The languages, in the order of --list-languages: a line each. */
LANGUAGE(c)
LANGUAGE(python)
