package annotate

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parts are changed as text: between what is added every byte stays. What is
// known of XML here is just enough for that, and whatever is not as expected
// makes the file odd.

// tag is an element's start or end in a part.
type tag struct {
	from, to    int // the bytes < to >, end excluded
	depth       int // elements around it
	close, self bool
	prefix      string // with its colon
	name        string // without prefix
}

// eachTag visits the tags of an XML text in order; visit ends it by false.
func eachTag(b []byte, visit func(t tag) bool) error {
	depth := 0
	for at := 0; ; {
		i := bytes.IndexByte(b[at:], '<')
		if i < 0 {
			return nil
		}
		at += i
		if end, ok := notTag(b, at); ok {
			if end < 0 {
				return odd("an XML part ends inside of a comment")
			}
			at = end
			continue
		}
		end := tagEnd(b, at)
		if end < 0 {
			return odd("an XML part ends inside of a tag")
		}
		t := parseTag(b[at:end])
		t.from, t.to = at, end
		if t.close {
			depth--
		}
		t.depth = depth
		if !t.close && !t.self {
			depth++
		}
		if !visit(t) {
			return nil
		}
		at = end
	}
}

// notTag recognises what begins like a tag and is none; end is -1 where it
// does not end.
func notTag(b []byte, at int) (end int, ok bool) {
	for _, kind := range [][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}} {
		if !bytes.HasPrefix(b[at:], []byte(kind[0])) {
			continue
		}
		i := bytes.Index(b[at+len(kind[0]):], []byte(kind[1]))
		if i < 0 {
			return -1, true
		}
		return at + len(kind[0]) + i + len(kind[1]), true
	}
	return 0, false
}

// tagEnd gives where the tag at b[at] ends; quoted > are part of it.
func tagEnd(b []byte, at int) int {
	var quote byte
	for i := at; i < len(b); i++ {
		switch c := b[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return -1
}

func parseTag(text []byte) tag {
	t := tag{from: 0, to: len(text)}
	inner := text[1 : len(text)-1]
	if len(inner) > 0 && inner[0] == '/' {
		t.close, inner = true, inner[1:]
	}
	t.self = len(inner) > 0 && inner[len(inner)-1] == '/'
	end := bytes.IndexAny(inner, " \t\r\n/")
	if end < 0 {
		end = len(inner)
	}
	name := string(inner[:end])
	if i := strings.IndexByte(name, ':'); i >= 0 {
		t.prefix, name = name[:i+1], name[i+1:]
	}
	t.name = name
	return t
}

// attr finds an attribute of a tag: its value as written, and where name and
// value with their space before lie.
func attr(text []byte, name string) (value string, from, to int, ok bool) {
	for i := 1; i < len(text); {
		eq := bytes.IndexByte(text[i:], '=')
		if eq < 0 {
			return "", 0, 0, false
		}
		open := i + eq + 1
		for open < len(text) && isSpace(text[open]) {
			open++
		}
		if open >= len(text) || text[open] != '"' && text[open] != '\'' {
			return "", 0, 0, false
		}
		end := bytes.IndexByte(text[open+1:], text[open])
		if end < 0 {
			return "", 0, 0, false
		}
		end += open + 1
		key := bytes.TrimSpace(text[i : i+eq])
		if j := bytes.LastIndexAny(key, " \t\r\n"); j >= 0 {
			key = key[j+1:]
		}
		if string(key) == name {
			from := i + bytes.LastIndex(text[i:i+eq], key)
			for from > 0 && isSpace(text[from-1]) {
				from--
			}
			return string(text[open+1 : end]), from, end + 1, true
		}
		i = end + 1
	}
	return "", 0, 0, false
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// attrText is the value of an attribute, its references resolved.
func attrText(text []byte, name string) string {
	v, _, _, _ := attr(text, name)
	return unescape(v)
}

// withAttr gives the tag with an attribute set; value must need no escape.
func withAttr(text []byte, name, value string) []byte {
	out := withoutAttr(text, name)
	end := len(out) - 1
	if out[end-1] == '/' {
		end--
	}
	for isSpace(out[end-1]) {
		end--
	}
	return slicesJoin(out[:end], []byte(" "+name+`="`+value+`"`), out[end:])
}

// withoutAttr gives a copy of the tag without an attribute.
func withoutAttr(text []byte, name string) []byte {
	if _, from, to, ok := attr(text, name); ok {
		return slicesJoin(text[:from], text[to:])
	}
	return bytes.Clone(text)
}

func slicesJoin(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// element is where an element of a part lies.
type element struct {
	open      tag
	innerFrom int // behind its start tag
	innerTo   int // at its end tag; innerFrom where the element is empty
}

// find gives the first element of that name at that depth.
func find(b []byte, name string, depth int) (e element, ok bool, err error) {
	err = eachTag(b, func(t tag) bool {
		if t.name != name || t.depth != depth {
			return true
		}
		if !t.close {
			e.open, e.innerFrom, e.innerTo = t, t.to, t.to
			ok = t.self
			return !t.self
		}
		e.innerTo, ok = t.from, true
		return false
	})
	return e, ok, err
}

// insert adds text into an element at its start or end; one that is empty is
// opened.
func insert(b []byte, e element, text string, atEnd bool) []byte {
	if e.open.self {
		open := bytes.TrimRight(bytes.TrimSuffix(b[e.open.from:e.open.to], []byte("/>")), " \t\r\n")
		return slicesJoin(b[:e.open.from], open, []byte(">"+text+"</"+e.open.prefix+e.open.name+">"), b[e.open.to:])
	}
	at := e.innerFrom
	if atEnd {
		at = e.innerTo
	}
	return slicesJoin(b[:at], []byte(text), b[at:])
}

// replaceTag puts another text in a tag's place.
func replaceTag(b []byte, t tag, text []byte) []byte { return slicesJoin(b[:t.from], text, b[t.to:]) }

// counted sets the attribute count of an element's start tag.
func counted(b []byte, e element, count int) []byte {
	return replaceTag(b, e.open, withAttr(b[e.open.from:e.open.to], "count", strconv.Itoa(count)))
}

// escape makes text safe in XML, in elements and in attributes. What XML
// cannot hold is left out.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\r':
			b.WriteString("&#13;")
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r < ' ' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unescape resolves the references that XML always has.
func unescape(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		end := strings.IndexByte(s, ';')
		if end < 0 {
			break
		}
		b.WriteString(reference(s[1:end]))
		s = s[end+1:]
	}
	return b.String() + s
}

func reference(name string) string {
	switch name {
	case "amp":
		return "&"
	case "lt":
		return "<"
	case "gt":
		return ">"
	case "quot":
		return `"`
	case "apos":
		return "'"
	}
	base := 10
	digits := strings.TrimPrefix(name, "#")
	if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
		base, digits = 16, digits[1:]
	}
	if n, err := strconv.ParseUint(digits, base, 21); err == nil && digits != name {
		return string(rune(n))
	}
	return "&" + name + ";"
}

// cellText is text as a cell may hold it: at most 32,767 UTF-16 units. A text
// that looks like an escape of Excel (_x000D_) is kept from being one.
func cellText(s string) string {
	s = cut(s, 32_000)
	if strings.Contains(s, "_x") {
		s = strings.ReplaceAll(s, "_x", "_x005F_x")
		s = cut(s, 32_767)
	}
	return escape(s)
}

// cut shortens a text to so many UTF-16 units.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := 0
	for i, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
		if n >= most {
			return s[:i] + "…"
		}
	}
	return s
}
