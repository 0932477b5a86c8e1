package infer

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/ingest/shape"
)

// TestWordyKnowsMarks: the quick test never takes a mark for a missing value,
// of those that the shape package lists, or white space for a word.
func TestWordyKnowsMarks(t *testing.T) {
	marks := 0
	for _, s := range literals(t, "../shape/class.go", "NullMarker") {
		for _, w := range []string{s, strings.ToUpper(s), s + s, s + " " + s, " " + s, s + "\u3000", s + s + s} {
			if !shape.NullMarker(shape.Trim(w)) {
				continue
			}
			if marks++; wordy(w) {
				t.Errorf("%q is a mark", w)
			}
		}
	}
	if marks < 60 {
		t.Errorf("only %d marks were found in the source", marks)
	}
	text := rapid.StringOfN(rapid.SampledFrom([]rune("无数据暂缺保密不详未知空 \u3000\u00a0\u200b\ufeff\u2003-—.*xcnNaA/12东")), 0, 5, -1)
	rapid.Check(t, func(t *rapid.T) {
		if s := text.Draw(t, "text"); wordy(s) && (shape.NullMarker(shape.Trim(s)) || shape.Trim(s) != s) {
			t.Fatalf("%q", s)
		}
	})
}

// literals collects the string literals of a function.
func literals(t *testing.T, path, function string) (out []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if d, ok := n.(*ast.FuncDecl); ok && d.Name.Name != function {
			return false
		}
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if s, err := strconv.Unquote(l.Value); err == nil && s != "" {
				out = append(out, s)
			}
		}
		return true
	})
	return out
}

// TestFewDigits: the quick reading of a numeric cell is what the long one says.
func TestFewDigits(t *testing.T) {
	digits := rapid.StringOfN(rapid.SampledFrom([]rune("0123456789.-")), 0, 20, -1)
	rapid.Check(t, func(t *rapid.T) {
		s := digits.Draw(t, "digits")
		m, whole, scale, ok := fewDigits(s)
		if !ok {
			return
		}
		n, fine := plainNumber(s)
		if !fine || n.whole != whole || n.text(n.scale) != (number{mantissa: m * powersOfTen[n.scale-scale], scale: n.scale, whole: whole}).text(n.scale) || scale > 0 && m%10 == 0 {
			t.Fatalf("%q: %d scale %d whole %d, want %+v", s, m, scale, whole, n)
		}
	})
}

// TestPlaces: records are numbered beyond 32 bits where columns became rows.
func TestPlaces(t *testing.T) {
	var p places
	for i := range 12 {
		p.add(1<<40+i, "x")
	}
	if p.n != 12 || p.rows[9] != 1<<40+9 {
		t.Error(p)
	}
}
