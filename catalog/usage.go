package catalog

// UsageKind says how a dataset was used.
type UsageKind string

// The kinds of use.
const (
	UsagePage     UsageKind = "page"     // a page about it was opened, of any version
	UsageQuery    UsageKind = "query"    // rows, facets, statistics or changes were asked for, or SQL read it
	UsageDownload UsageKind = "download" // a file of it, or of its rows, was sent
)

// Usage counts the use of one dataset on one day. Nothing is kept of who asked.
type Usage struct {
	Dataset DatasetID
	Day     string // YYYY-MM-DD on the city's clock
	Kind    UsageKind
	Count   int64
}
