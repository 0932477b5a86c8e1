package catalog

import "time"

// Tombstone says of an upload or a version whose bytes were removed when that
// was, who did it and why. It is zero while they are there.
type Tombstone struct {
	At     time.Time
	By     string
	Reason string
}

// Stands reports whether the bytes are gone.
func (t Tombstone) Stands() bool { return !t.At.IsZero() }

// Leftovers name files that nothing in the catalogue needs any more: what a
// purge leaves behind, for who keeps the files to remove.
type Leftovers struct {
	Blobs    []string // SHA-256 of uploads
	Files    []string // SHA-256 of version files
	Contents []string // content hashes: what was made of versions is kept under them
}

// Needed are the files that the catalogue names; all others are nobody's.
type Needed struct {
	Blobs, Files, Contents map[string]bool
}

// Sweeper is who the sweep's purges are recorded as done by.
const Sweeper = "gongkai"
