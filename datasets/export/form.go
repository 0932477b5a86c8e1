package export

import (
	"strings"

	"gongkai/catalog"
)

// Form is a format with the wishes of who downloads. The zero wishes give the
// bytes that the format's documentation describes.
type Form struct {
	Format    Format
	Labels    bool // headings are the labels as the department wrote them, not the API names: csv, tsv
	BOM       bool // a byte order mark first, by which Excel knows UTF-8: csv, tsv
	Delimiter byte // between the fields of csv: comma (default), semicolon, tab or bar
	Guarded   bool // texts that begin like a formula get an apostrophe: csv, tsv
}

// ForExcel is a csv that Excel opens without harm: byte order mark, labels,
// and no text that it would run.
func ForExcel() Form { return Form{Format: CSV, Labels: true, BOM: true, Guarded: true} }

// Plain reports whether nothing but the format was wished for.
func (f Form) Plain() bool { return f == Form{Format: f.Format} }

// Check refuses wishes that the format has no room for. The error is of kind
// Invalid and names the parameter.
func (f Form) Check() error {
	wrong := func(field, fix string) error {
		e := catalog.Errorf(catalog.Invalid, fix, "%s files have no %s", f.Format, field)
		e.Field = field
		return e
	}
	separated := f.Format == CSV || f.Format == TSV
	switch {
	case f.Guarded && !separated:
		return wrong("excel", "leave it out, or ask for csv or tsv; xlsx is safe as it is")
	case f.Labels && !separated:
		return wrong("labels", "leave it out, or ask for csv or tsv; xlsx has labels as it is")
	case f.BOM && !separated:
		return wrong("bom", "leave it out, or ask for csv or tsv")
	case f.Delimiter != 0 && f.Format != CSV:
		return wrong("delimiter", "leave it out, or ask for csv")
	}
	return nil
}

// ParseDelimiter reads the name or the sign of a delimiter; "" is the format's
// own. The error is of kind Invalid.
func ParseDelimiter(name string) (byte, error) {
	switch strings.ToLower(name) {
	case "":
		return 0, nil
	case ",", "comma":
		return ',', nil
	case ";", "semicolon":
		return ';', nil
	case "\t", "tab":
		return '\t', nil
	case "|", "bar", "pipe":
		return '|', nil
	}
	e := catalog.Errorf(catalog.Invalid, "use comma, semicolon, tab or bar", "%q is no delimiter", name)
	e.Field = "delimiter"
	return 0, e
}

// heading is what stands above a column.
func (f Form) heading(c *catalog.Column) string {
	if f.Labels && c.SourceLabel != "" {
		return c.SourceLabel
	}
	if f.Labels && c.Label != "" {
		return c.Label
	}
	return c.Name
}
