package infer

import "testing"

func TestShownTime(t *testing.T) {
	for _, c := range []struct {
		f          float64
		code, want string
	}{
		{0.5, "[h]:mm", "12:00"}, {1.25, "[h]:mm", "30:00"}, {2.0104166666666665, "[h]:mm", "48:15"}, {-0.25, "[h]:mm", "-6:00"}, {0.5000115740740741, "[h]:mm", "12:00:01"},
		{1.25, "[h]:mm:ss", "30:00:00"}, {0.0625, "[mm]:ss", "90:00"}, {0.001, "[s]", "86.4"},
		{0.25, "hh:mm", "06:00"}, {0.25, "h:mm", "6:00"}, {1.5, "h:mm:ss", "12:00:00"},
	} {
		if got := shownTime(c.f, c.code); got != c.want {
			t.Errorf("%v as %s: %s, want %s", c.f, c.code, got, c.want)
		}
	}
}
