package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "gongkai"

// law says what each package may import of ours. A pattern ending in /... is a
// package and everything below it. Why each line stands: catalog is what all
// agree on, so it knows nobody; readers of sheets must not know tables; the
// query language must not know a database; pages and protocols must not know
// each other, so that each can be thrown away.
var law = map[string][]string{
	"catalog":            {},
	"catalog/sqlstore":   {"catalog"},
	"catalog/search":     {"catalog"},
	"catalog/storetest":  {"catalog"},
	"datasets/query":     {"catalog"},
	"datasets/wire":      {"catalog"},
	"datasets/confine":   {},
	"datasets/statement": {"catalog", "datasets/query", "datasets/wire"},
	"datasets/export":    {"catalog", "datasets/query"},
	"datasets/diff":      {"catalog", "datasets/query"},
	"datasets":           {"catalog", "datasets/..."},
	"ingest/sheet":       {},
	"ingest/shape":       {"ingest/sheet", "catalog"},
	"ingest/infer":       {"ingest/sheet", "ingest/shape", "catalog"},
	"ingest/check":       {"ingest/sheet", "ingest/shape", "ingest/infer", "catalog"},
	"ingest/annotate":    {"ingest/sheet", "ingest/shape", "catalog"},
	"ingest":             {"ingest/...", "catalog"},
	"api/contract":       {"", "catalog"}, // the top package embeds openapi.yaml
	"api/sandbox":        {"catalog", "datasets/query", "datasets/wire"},
	"api/portal":         {"catalog", "catalog/search", "datasets/...", "api/contract", "api/sandbox", "api/portal/page"},
	"api/portal/page":    {"catalog"}, // looks know no rows
	"api/mcp":            {"catalog", "catalog/search", "datasets/...", "api/contract", "api/sandbox"},
	"api":                {"", "catalog/...", "datasets/...", "api/...", "ingest/..."},
	"cmd":                {"..."},
	"internal/house":     {},
	"":                   {},
}

// duckDB may be imported by the rows' package alone, and by tests that check
// what we write with an independent reader.
const duckDB = "github.com/duckdb/duckdb-go"

func lawFor(pkg string) ([]string, bool) {
	for p := pkg; ; p = p[:strings.LastIndex(p, "/")] {
		if allowed, ok := law[p]; ok {
			return allowed, true
		}
		if !strings.Contains(p, "/") {
			return nil, false
		}
	}
}

func allows(allowed []string, imported string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		tree, ok := strings.CutSuffix(a, "...")
		if !ok {
			return a == imported
		}
		tree = strings.TrimSuffix(tree, "/")
		return tree == "" || imported == tree || strings.HasPrefix(imported, tree+"/")
	})
}

func eachFile(t *testing.T, mode parser.Mode, visit func(pkg, path string, f *ast.File)) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, mode)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		if rel == "." {
			rel = ""
		}
		visit(filepath.ToSlash(rel), path, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImportLaw(t *testing.T) {
	eachFile(t, parser.ImportsOnly, func(pkg, path string, f *ast.File) {
		test := strings.HasSuffix(path, "_test.go")
		allowed, ok := lawFor(pkg)
		if !ok {
			t.Errorf("%s: package %q is not in the law; say what it may import", path, pkg)
			return
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(imported, duckDB) && pkg != "datasets" && !test {
				t.Errorf("%s imports DuckDB; only datasets may", path)
			}
			ours, ok := strings.CutPrefix(imported, module)
			if !ok || (ours != "" && ours[0] != '/') || test {
				continue
			}
			ours = strings.TrimPrefix(ours, "/")
			if ours != pkg && !allows(allowed, ours) {
				t.Errorf("%s: %q may not import %q", path, pkg, ours)
			}
		}
	})
}

func TestPackagesSayTheirJob(t *testing.T) {
	docs := map[string]string{}
	eachFile(t, parser.ParseComments|parser.PackageClauseOnly, func(pkg, path string, f *ast.File) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		docs[pkg] += f.Doc.Text()
	})
	for pkg, doc := range docs {
		if len(strings.Fields(doc)) < 12 {
			t.Errorf("package %q: its doc comment must say what its job is and what it must not do", pkg)
		}
	}
}
