package statement_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"gongkai/datasets/statement"
)

var update = flag.Bool("update", false, "write the list of functions into docs/sql.md")

// TestFunctionsAreDocumented wants docs/sql.md to list what may be called.
func TestFunctionsAreDocumented(t *testing.T) {
	const file, open, shut = "../../docs/sql.md", "<!-- functions -->\n", "<!-- /functions -->\n"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), open)
	have, after, ok2 := strings.Cut(rest, shut)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the functions", file)
	}
	var want strings.Builder
	want.WriteString("| functions | |\n|---|---|\n")
	for _, g := range statement.Groups() {
		want.WriteString("| " + g.Title + " | `" + strings.Join(g.Names, "`, `") + "` |\n")
	}
	if want.String() == have {
		return
	}
	if !*update {
		t.Fatal("docs/sql.md lists other functions; run go test ./datasets/statement -update")
	}
	if err := os.WriteFile(file, []byte(before+open+want.String()+shut+after), 0o644); err != nil { //nolint:gosec // a page for all
		t.Fatal(err)
	}
}
