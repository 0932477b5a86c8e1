// Package house tests the house itself: which package may import which, and
// that each says what its one job is. It holds no code that the program runs.
package house
