package sheet

import "sort"

// namedStyle is a cell style of a format that names its styles; what it does
// not say comes from its parent.
type namedStyle struct {
	parent, format string
	bold, strike   string // "" where it does not say, "yes", "no"
	indent         int    // -1 where it does not say
}

func yesNo(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}

// parentsMost bounds how many parents count, for strangers make loops of them.
const parentsMost = 16

type namedStyles map[string]*namedStyle

// whole gives a style with what its parents say; those without a parent have
// root, if that is not "".
func (s namedStyles) whole(name, root string) namedStyle {
	all := namedStyle{indent: -1}
	for range parentsMost {
		st := s[name]
		if st == nil {
			break
		}
		if all.format == "" {
			all.format = st.format
		}
		if all.bold == "" {
			all.bold = st.bold
		}
		if all.strike == "" {
			all.strike = st.strike
		}
		if all.indent < 0 {
			all.indent = st.indent
		}
		if name = st.parent; name == "" {
			name, root = root, ""
		}
	}
	return all
}

// look gives the number of a style's look.
func (st *namedStyle) look(l *looks, f Format) int {
	flags := Flag(0)
	if st.bold == "yes" {
		flags |= Bold
	}
	if st.strike == "yes" {
		flags |= Strike
	}
	return l.of(f, flags, uint8(min(max(st.indent, 0), 255)))
}

// styledColumns are runs of columns, ascending.
type styledColumns []styledColumn

// styledColumn is a run of columns with one style for their cells.
type styledColumn struct {
	last  int
	style string
}

func (x styledColumns) style(col int) string {
	i := sort.Search(len(x), func(i int) bool { return x[i].last >= col })
	if i < len(x) {
		return x[i].style
	}
	return ""
}
