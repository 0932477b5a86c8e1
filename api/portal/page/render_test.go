package page

import (
	"strings"
	"testing"
)

func TestDesignRenders(t *testing.T) {
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range Languages {
		var b strings.Builder
		if err := r.Render(&b, Specimens(Frame{Lang: lang, City: "示例市", Self: "/zh/design"})); err != nil {
			t.Fatal(err)
		}
	}
}
