package catalog_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gongkai/catalog"
)

// TestSentencesCoverTheSources walks all sources for what errors say and how
// they are to be mended, and wants each in Chinese.
func TestSentencesCoverTheSources(t *testing.T) {
	said := sentencesOf(t, "..")
	if len(said) < 300 {
		t.Fatalf("%d sentences were found, the walk misses most", len(said))
	}
	for _, s := range said {
		sample := strings.ReplaceAll(s.template, "{}", "x1")
		said, ok := catalog.InChinese(sample)
		if !ok {
			t.Errorf("%s: no Chinese for %q; it goes into catalog/sentences_*.go", s.place, s.template)
		}
		if strings.ContainsAny(said, "{}") && !strings.ContainsAny(sample, "{}") {
			t.Errorf("%s: a place of %q is left open: %s", s.place, s.template, said)
		}
		if strings.HasSuffix(s.template, ".") || capital.MatchString(s.template) {
			t.Errorf("%s: %q is no part of a sentence, as all others: small letters, no stop", s.place, s.template)
		}
	}
}

// capital is a word that begins as a sentence does; names and SQL do not.
var capital = regexp.MustCompile(`^[A-Z][a-z]+ `)

// TestSentencesInSentences: what fills a place is told in Chinese where it is
// words, and stays as it is where it is somebody's own.
func TestSentencesInSentences(t *testing.T) {
	for english, want := range map[string]string{
		"":                                      "",
		"there is no column text":               "没有名为 text 的字段",
		"amount is a number, and x1 is not":     "amount 是数字，x1 不是",
		"the columns are a, b; did you mean b?": "字段有：a, b；是不是要用 b？",
		"n cannot stand here: sum is computed over groups of rows and cannot stand here": "n 不能用在这里：sum 是对一组行计算的，不能用在这里",
		"there is no version 3 of dataset 7":                                             "没有数据集 7 的第 3 版",
		"job 5 cannot be purged: it is running":                                          "任务 5 不能清除：它现在运行中",
		"job 5 cannot be cancelled: it is done":                                          "任务 5 不能取消：它现在已完成",
		"a comma or the end was expected here, not the end":                              "这里应当是 逗号或结尾，而不是 结尾",
	} {
		if got, ok := catalog.InChinese(english); !ok || got != want {
			t.Errorf("%q: %q %v, want %q", english, got, ok, want)
		}
	}
	if got, ok := catalog.InChinese("nobody says this"); ok || got != "nobody says this" {
		t.Errorf("%q %v", got, ok)
	}
	e := catalog.Errorf(catalog.Invalid, "leave it out", "there is no column {}%s", "{w}")
	if message, fix := e.Wording(catalog.ZH); message != "没有名为 {}{w} 的字段" || fix != "去掉它" {
		t.Errorf("%q, %q", message, fix)
	}
}

// sentence is what an error of the sources says; {} stands for what the program
// fills in.
type sentence struct{ template, place string }

// walk finds the sentences of one package.
type walk struct {
	files   *token.FileSet
	makers  map[string][]arg    // functions that make errors: which arguments are prose
	names   map[string]ast.Expr // constants and variables of the package
	returns map[string][]ast.Expr
	local   map[string][]ast.Expr // of the function that is looked at
	tables  []ast.Expr
	found   map[string]string
}

// arg is an argument that is prose; of a format the verbs are places.
type arg struct {
	at     int
	format bool
}

func sentencesOf(t *testing.T, root string) []sentence {
	t.Helper()
	dirs := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (path == "../ingest/sheet" || path == "../ingest/annotate") {
			return fs.SkipDir // their errors are for the log
		}
		if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasPrefix(filepath.Base(path), "sentences") {
			dirs[filepath.Dir(path)] = append(dirs[filepath.Dir(path)], path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, paths := range dirs {
		w := &walk{token.NewFileSet(), map[string][]arg{"catalog.Errorf": {{1, false}, {2, true}}}, map[string]ast.Expr{}, map[string][]ast.Expr{}, nil, nil, found}
		var files []*ast.File
		for _, path := range paths {
			f, err := parser.ParseFile(w.files, path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
			w.learn(f)
		}
		for _, x := range w.tables {
			w.note(x, false)
		}
		for _, f := range files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
					w.look(fn)
				}
			}
		}
	}
	var all []sentence
	for text, place := range found {
		all = append(all, sentence{text, place})
	}
	slices.SortFunc(all, func(a, b sentence) int { return strings.Compare(a.place+a.template, b.place+b.template) })
	return all
}

// learn notes constants, what functions return, and which functions make
// errors: those with parameters called fix, format or message.
func (w *walk) learn(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, v := range n.Values {
				w.names[n.Names[i].Name] = v
				w.learnTable(v)
			}
		case *ast.FuncDecl:
			w.learnMaker(n.Name.Name, n.Type)
			if n.Body != nil {
				ast.Inspect(n.Body, func(m ast.Node) bool {
					if r, ok := m.(*ast.ReturnStmt); ok && len(r.Results) == 1 {
						w.returns[n.Name.Name] = append(w.returns[n.Name.Name], r.Results[0])
					}
					return true
				})
			}
		case *ast.AssignStmt:
			if lit, ok := n.Rhs[0].(*ast.FuncLit); ok {
				if name, ok := n.Lhs[0].(*ast.Ident); ok {
					w.learnMaker(name.Name, lit.Type)
				}
			}
		}
		return true
	})
}

// learnTable notes what stands as fix in a table of structs.
func (w *walk) learnTable(v ast.Expr) {
	table, ok := v.(*ast.CompositeLit)
	if !ok {
		return
	}
	array, ok := table.Type.(*ast.ArrayType)
	if !ok {
		return
	}
	row, ok := array.Elt.(*ast.StructType)
	if !ok {
		return
	}
	for i, f := range row.Fields.List {
		if len(f.Names) != 1 || f.Names[0].Name != "fix" {
			continue
		}
		for _, e := range table.Elts {
			if one, ok := e.(*ast.CompositeLit); ok && i < len(one.Elts) {
				w.tables = append(w.tables, one.Elts[i])
			}
		}
	}
}

func (w *walk) learnMaker(name string, fn *ast.FuncType) {
	var at []arg
	i, fix := 0, false
	for _, p := range fn.Params.List {
		for _, n := range p.Names {
			fix = fix || n.Name == "fix"
			if n.Name == "fix" || (n.Name == "format" || n.Name == "message") && (fix || givesError(fn)) {
				at = append(at, arg{i, n.Name == "format"})
			}
			i++
		}
	}
	if len(at) > 0 {
		w.makers[name] = at
	}
}

// givesError reports whether a function may make an error.
func givesError(fn *ast.FuncType) bool {
	if fn.Results == nil {
		return false
	}
	result := fn.Results.List[len(fn.Results.List)-1].Type
	if star, ok := result.(*ast.StarExpr); ok {
		result = star.X
	}
	if s, ok := result.(*ast.SelectorExpr); ok {
		result = s.Sel
	}
	name, ok := result.(*ast.Ident)
	return ok && (name.Name == "error" || name.Name == "Error")
}

// look finds the sentences of a function.
func (w *walk) look(fn *ast.FuncDecl) {
	w.local = map[string][]ast.Expr{}
	for _, p := range fn.Type.Params.List {
		for _, n := range p.Names {
			w.local[n.Name] = nil // a parameter: its callers are looked at
		}
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			for i := range v.Values {
				w.local[v.Names[i].Name] = append(w.local[v.Names[i].Name], v.Values[i])
			}
		}
		if a, ok := n.(*ast.AssignStmt); ok {
			for i, l := range a.Lhs {
				if name, ok := l.(*ast.Ident); ok && len(a.Rhs) == len(a.Lhs) {
					if a.Tok == token.ADD_ASSIGN {
						for _, before := range w.local[name.Name] {
							w.local[name.Name] = append(w.local[name.Name], &ast.BinaryExpr{X: before, Op: token.ADD, Y: a.Rhs[i]})
						}
						continue
					}
					w.local[name.Name] = append(w.local[name.Name], a.Rhs[i])
				}
			}
		}
		return true
	})
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
				if x, ok := f.X.(*ast.Ident); ok && x.Name == "catalog" {
					name = "catalog." + name
				}
			}
			for _, a := range w.makers[name] {
				if a.at < len(n.Args) {
					w.note(n.Args[a.at], a.format)
				}
			}
		case *ast.CompositeLit:
			if s, ok := n.Type.(*ast.SelectorExpr); ok && (s.Sel.Name == "Error" || s.Sel.Name == "Refusal") {
				for _, e := range n.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok {
						if key := kv.Key.(*ast.Ident).Name; key == "Message" || key == "Fix" {
							w.note(kv.Value, false)
						}
					}
				}
			}
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if s, ok := l.(*ast.SelectorExpr); ok && (s.Sel.Name == "Message" || s.Sel.Name == "Fix") && len(n.Rhs) == len(n.Lhs) {
					if x, ok := s.X.(*ast.Ident); ok && slices.Contains([]string{"e", "err", "wrong", "known", "fault"}, x.Name) {
						w.note(n.Rhs[i], false)
					}
				}
			}
		}
		return true
	})
}

// note keeps what an expression may say.
func (w *walk) note(x ast.Expr, format bool) {
	for _, text := range w.texts(x, 0) {
		if format {
			text = verb.ReplaceAllString(text, "{}")
		}
		if strings.Trim(strings.ReplaceAll(text, "{}", ""), " .,:;–…") != "" {
			if _, there := w.found[text]; !there {
				w.found[text] = w.files.Position(x.Pos()).String()
			}
		}
	}
}

var verb = regexp.MustCompile(`%(\[\d+\])?[-+# 0]*\d*(\.\d+)?[sdvqxTtgfc]`)

// texts are the templates that an expression may give.
func (w *walk) texts(x ast.Expr, depth int) []string {
	if depth > 20 {
		return []string{"{}"}
	}
	switch x := x.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(x.Value); err == nil && x.Kind == token.STRING {
			return []string{s}
		}
	case *ast.ParenExpr:
		return w.texts(x.X, depth)
	case *ast.BinaryExpr:
		var all []string
		for _, a := range w.texts(x.X, depth+1) {
			for _, b := range w.texts(x.Y, depth+1) {
				all = append(all, a+b)
			}
		}
		return all
	case *ast.Ident:
		if values, there := w.local[x.Name]; there {
			var all []string
			for _, v := range values {
				all = append(all, w.texts(v, depth+1)...)
			}
			return orPlace(all)
		}
		if v, ok := w.names[x.Name]; ok {
			return w.texts(v, depth+1)
		}
	case *ast.CallExpr:
		if s, ok := x.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Sprintf" {
			all := w.texts(x.Args[0], depth+1)
			for i := range all {
				all[i] = verb.ReplaceAllString(all[i], "{}")
			}
			return all
		}
		name := ""
		switch f := x.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		if name != "String" && name != "Error" && len(w.returns[name]) > 0 {
			local := w.local
			w.local = nil
			defer func() { w.local = local }()
			var all []string
			for _, r := range w.returns[name] {
				all = append(all, w.texts(r, depth+10)...)
			}
			return orPlace(all)
		}
	}
	return []string{"{}"}
}

func orPlace(all []string) []string {
	if len(all) == 0 {
		return []string{"{}"}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func BenchmarkInChinese(b *testing.B) {
	for b.Loop() {
		catalog.InChinese("the columns are a, b, c; did you mean b?")
	}
}
