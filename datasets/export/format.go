package export

import (
	"strings"

	"gongkai/catalog"
)

// Format is a format that results are downloaded in; its text is the ending of
// the file's name.
type Format string

// The formats.
const (
	CSV     Format = "csv"
	XLSX    Format = "xlsx"
	JSON    Format = "json"
	NDJSON  Format = "ndjson"
	Parquet Format = "parquet" // not written here
)

// Formats lists the formats, the most asked for first.
var Formats = []Format{CSV, XLSX, JSON, NDJSON, Parquet}

// ParseFormat reads the name of a format, in any case and with or without a
// dot. The error is of kind NotFound: the name is the end of a path.
func ParseFormat(name string) (Format, error) {
	wanted := Format(strings.ToLower(strings.TrimPrefix(name, ".")))
	names := make([]string, len(Formats))
	for i, f := range Formats {
		if f == wanted {
			return f, nil
		}
		names[i] = string(f)
	}
	return "", catalog.Errorf(catalog.NotFound, "ask for one of "+strings.Join(names, ", "), "there is no format %q", name)
}

// MediaType is the IANA media type, with the parameters that a response needs.
func (f Format) MediaType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8; header=present"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case JSON:
		return "application/json"
	case NDJSON:
		return "application/x-ndjson"
	case Parquet:
		return "application/vnd.apache.parquet"
	}
	return "application/octet-stream"
}

// Ext is the ending of the file's name, with its dot.
func (f Format) Ext() string { return "." + string(f) }
