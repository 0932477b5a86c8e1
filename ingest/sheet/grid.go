package sheet

// Sheet is one worksheet, or the one table of a text file. All rows are read;
// they lie in a spool on disk and are decoded when asked for, so that a sheet
// of a million rows costs little memory and any row can be looked at again.
type Sheet struct {
	Name   string // "" for text files
	Hidden bool
	Merges []Range
	rows   spool
}
