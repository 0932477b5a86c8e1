// Package catalog holds the nouns of the house: departments, datasets,
// versions, tables, columns, uploads, jobs, findings, tokens and events, the
// states they may be in, and the one policy that says who may do what.
//
// It must not know how any of them is stored, transported or shown: it imports
// the standard library only, and every other package may import it.
package catalog
