package catalog

// UsageKind says how a dataset was used.
type UsageKind string

// The kinds of use.
const (
	UsagePage     UsageKind = "page"     // a page about it was opened
	UsageQuery    UsageKind = "query"    // rows, facets, statistics or changes were asked for
	UsageDownload UsageKind = "download" // a file was downloaded, whole or in part
)

// Usage counts the use of one dataset on one day. Nothing is kept of who asked.
type Usage struct {
	Dataset DatasetID
	Day     string // YYYY-MM-DD, UTC
	Kind    UsageKind
	Count   int64
}
