/* The languages, in the order of --list-languages: a line each. */
LANGUAGE(c)
LANGUAGE(cpp)
LANGUAGE(python)
LANGUAGE(javascript)
LANGUAGE(rust)
LANGUAGE(go)
LANGUAGE(java)
LANGUAGE(csharp)
