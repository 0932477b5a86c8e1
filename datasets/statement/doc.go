// Package statement says which statements of strangers are run: it walks the
// tree that the engine's own parser made of one and lets in what its tables
// list, node kinds, fields of nodes, functions, types and table names alike.
// What is not listed is refused, so that something new in the engine is refused
// until somebody has looked at it.
//
// It must not parse SQL itself, know files or decide who may read what: names
// of tables go to the catalogue, which resolves them for the public.
package statement
