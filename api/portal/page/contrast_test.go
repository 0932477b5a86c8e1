package page

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestContrast wants every pair of text and ground that the style sheet uses
// to have a contrast of 4.5, and every line that marks a control 3, in both
// themes.
func TestContrast(t *testing.T) {
	css, err := assetFiles.ReadFile("assets/portal.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, ok := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("no dark theme")
	}
	dark, _, _ := strings.Cut(rest, "/* Ground */")
	colours := map[string]map[string][3]float64{"light": tokens(light), "dark": tokens(dark)}
	for _, theme := range []string{"light", "dark"} {
		c := colours[theme]
		if len(c) < 13 {
			t.Fatalf("%s: only %d colours found", theme, len(c))
		}
		for _, text := range []string{"ink", "quiet", "seal", "link", "good", "warn"} {
			for _, ground := range []string{"paper", "raised"} {
				atLeast(t, theme, c, text, ground, 4.5)
			}
		}
		atLeast(t, theme, c, "on-seal", "seal", 4.5)
		atLeast(t, theme, c, "ink", "mark", 4.5)
		atLeast(t, theme, c, "control", "paper", 3)
		atLeast(t, theme, c, "rule", "paper", 3)
	}
}

var token = regexp.MustCompile(`--([\w-]+):\s*#([0-9A-Fa-f]{6});`)

func tokens(css string) map[string][3]float64 {
	out := map[string][3]float64{}
	for _, m := range token.FindAllStringSubmatch(css, -1) {
		n, err := strconv.ParseUint(m[2], 16, 32)
		if err != nil {
			continue
		}
		out[m[1]] = [3]float64{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}
	}
	return out
}

func atLeast(t *testing.T, theme string, c map[string][3]float64, a, b string, want float64) {
	t.Helper()
	x, okA := c[a]
	y, okB := c[b]
	if !okA || !okB {
		t.Errorf("%s: no colour %s or %s", theme, a, b)
		return
	}
	la, lb := luminance(x), luminance(y)
	if got := (max(la, lb) + .05) / (min(la, lb) + .05); got < want {
		t.Errorf("%s: %s on %s has a contrast of %.2f, less than %.1f", theme, a, b, got, want)
	}
}

// luminance is the relative luminance of WCAG 2.
func luminance(c [3]float64) float64 {
	for i, v := range c {
		v /= 255
		if v <= .04045 {
			c[i] = v / 12.92
		} else {
			c[i] = math.Pow((v+.055)/1.055, 2.4)
		}
	}
	return .2126*c[0] + .7152*c[1] + .0722*c[2]
}
