package portal

import (
	"encoding/json"
	"net/url"
	"strings"

	"gongkai/api/portal/page"
	"gongkai/catalog"
)

// samples shows how to call the API for a table. Everything that a department
// wrote goes in escaped for the language it stands in: people paste this into
// a terminal.
func samples(s *shown) page.CodeBlock {
	where := ""
	for _, filter := range exampleFilters(s.Table) {
		if where == "" || !strings.Contains(filter, "'") {
			where = filter // one without quotes is easier to read in a shell
		}
	}
	q := asked{where: where}.values()
	q.Set("limit", "10")
	rows, csv := s.base+s.endpoint("rows", url.Values{}), s.base+s.endpoint("export.csv", url.Values{})
	return page.CodeBlock{
		RowsURL: rows, DocsURL: "/docs",
		Samples: []page.Sample{
			{ID: "curl", Name: "curl", Code: curl(rows, csv, where)},
			{ID: "python", Name: "Python", Code: python(s.Table, rows, csv, where)},
			{ID: "r", Name: "R", Code: rLang(s.Table, s.base+s.endpoint("rows", q), csv)},
		},
	}
}

// shellQuote makes one word of text for a POSIX shell.
func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// literal makes a string literal that Python and R read alike: JSON's.
func literal(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func curl(rows, csv, where string) string {
	code := "curl -G " + shellQuote(rows) + " \\\n"
	if where != "" {
		code += "  --data-urlencode " + shellQuote("where="+where) + " \\\n"
	}
	return code + "  -d limit=10\n\ncurl -OJ " + shellQuote(csv) + "\n"
}

// codes are the text columns whose values look like numbers: programs that
// guess types would drop their leading zeros.
func codes(t *catalog.Table) []string {
	var out []string
	for i := range t.Columns {
		c := &t.Columns[i]
		first := c.Profile.Min
		if c.Type == catalog.TypeText && first != "" && strings.Trim(first, "0123456789") == "" {
			out = append(out, c.Name)
		}
	}
	return out
}

func python(t *catalog.Table, rows, csv, where string) string {
	var b strings.Builder
	b.WriteString("import pandas as pd\nimport requests\n\n")
	b.WriteString("table = pd.read_csv(" + literal(csv))
	if names := codes(t); len(names) > 0 {
		pairs := make([]string, len(names))
		for i, n := range names {
			pairs[i] = literal(n) + ": str"
		}
		b.WriteString(", dtype={" + strings.Join(pairs, ", ") + "}")
	}
	b.WriteString(")\n\npage = requests.get(" + literal(rows) + ", params={\n")
	if where != "" {
		b.WriteString("    \"where\": " + literal(where) + ",\n")
	}
	b.WriteString("    \"limit\": 10,\n}).json()\n")
	return b.String()
}

func rLang(t *catalog.Table, rows, csv string) string {
	var b strings.Builder
	b.WriteString("table <- read.csv(" + literal(csv) + ", encoding = \"UTF-8\"")
	if names := codes(t); len(names) > 0 {
		pairs := make([]string, len(names))
		for i, n := range names {
			pairs[i] = literal(n) + " = \"character\""
		}
		b.WriteString(",\n                  colClasses = c(" + strings.Join(pairs, ", ") + ")")
	}
	b.WriteString(")\n\npage <- jsonlite::fromJSON(" + literal(rows) + ")\n")
	return b.String()
}
