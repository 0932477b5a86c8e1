package cite_test

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readBibTeX reads one entry as the grammar of BibTeX has it, strictly: a type,
// a key, then name = value pairs, values in balanced braces, digits or the name
// of a month. It gives the fields with what TeX would print.
func readBibTeX(text string) (key string, fields map[string]string, err error) {
	p := &bib{rest: text}
	p.expect("@misc{")
	key = p.until(",")
	if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r > 127 || strings.ContainsRune(" {}()\"#%',=~\\", r) }) {
		p.fail("the key %q", key)
	}
	fields = map[string]string{}
	for p.space(); p.err == nil && !strings.HasPrefix(p.rest, "}"); p.space() {
		name := strings.TrimSpace(p.until("="))
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" || name == "" {
			p.fail("the name %q", name)
		}
		if _, twice := fields[name]; twice {
			p.fail("%s twice", name)
		}
		p.space()
		fields[name] = p.value()
		p.space()
		p.expect(",")
	}
	p.expect("}")
	if p.space(); p.rest != "" {
		p.fail("more after the entry")
	}
	return key, fields, p.err
}

type bib struct {
	rest string
	err  error
}

func (p *bib) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format+" before %.60q", append(args, p.rest)...)
	}
	p.rest = ""
}

func (p *bib) expect(text string) {
	rest, ok := strings.CutPrefix(p.rest, text)
	if !ok {
		p.fail("no %q", text)
		return
	}
	p.rest = rest
}

func (p *bib) until(text string) string {
	before, after, ok := strings.Cut(p.rest, text)
	if !ok {
		p.fail("no %q", text)
		return ""
	}
	p.rest = after
	return before
}

func (p *bib) space() { p.rest = strings.TrimLeft(p.rest, " \n") }

// value reads a name or what stands in braces; BibTeX counts braces whether a
// backslash stands before them or not.
func (p *bib) value() string {
	if !strings.HasPrefix(p.rest, "{") {
		name := p.rest[:max(0, strings.IndexAny(p.rest, ",\n"))]
		p.rest = p.rest[len(name):]
		if !strings.Contains("jan feb mar apr may jun jul aug sep oct nov dec", name) || len(name) != 3 {
			p.fail("the value %q", name)
		}
		return name
	}
	depth := 0
	for i, c := range p.rest {
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == '\n' || unicode.IsControl(c):
			p.fail("a control character in a value")
			return ""
		}
		if depth == 0 {
			inner := p.rest[1:i]
			p.rest = p.rest[i+1:]
			return printed(p, inner)
		}
	}
	p.fail("braces do not end")
	return ""
}

// printed is what TeX prints of a text; what it would take for a command is an error.
func printed(p *bib, text string) string {
	if url, ok := strings.CutPrefix(text, `\url{`); ok {
		return strings.TrimSuffix(url, "}")
	}
	if strings.HasPrefix(text, "https://") {
		return text
	}
	var b strings.Builder
	for text != "" {
		c, n := utf8.DecodeRuneInString(text)
		if c != '\\' {
			if strings.ContainsRune("$&#%_^~", c) {
				p.fail("%q in a value", string(c))
			}
			if c != '{' && c != '}' {
				b.WriteRune(c)
			}
			text = text[n:]
			continue
		}
		word := ""
		for _, w := range []struct{ tex, prints string }{
			{`\textbackslash{}`, `\`}, {`\textbraceleft{}`, "{"}, {`\textbraceright{}`, "}"}, {`\textasciicircum{}`, "^"}, {`\textasciitilde{}`, "~"},
			{`\$`, "$"}, {`\&`, "&"}, {`\#`, "#"}, {`\%`, "%"}, {`\_`, "_"},
		} {
			if strings.HasPrefix(text, w.tex) {
				word = w.tex
				b.WriteString(w.prints)
			}
		}
		if word == "" {
			p.fail("the command %.12q", text)
			return ""
		}
		text = text[len(word):]
	}
	return b.String()
}

// readRIS reads one record: lines of a tag of two, two spaces, a hyphen, a
// space and a value, from TY to ER, each ended as in Windows.
func readRIS(text string) (map[string][]string, error) {
	fields := map[string][]string{}
	lines := strings.SplitAfter(text, "\r\n")
	if len(lines) < 3 || lines[len(lines)-1] != "" {
		return nil, fmt.Errorf("no record of lines")
	}
	lines = lines[:len(lines)-1]
	for i, line := range lines {
		line = strings.TrimSuffix(line, "\r\n")
		if len(line) < 6 || line[2:6] != "  - " || line[0] < 'A' || line[0] > 'Z' || strings.ContainsFunc(line, unicode.IsControl) {
			return nil, fmt.Errorf("line %d: %q", i+1, line)
		}
		tag := line[:2]
		if (tag == "TY") != (i == 0) || (tag == "ER") != (i == len(lines)-1) {
			return nil, fmt.Errorf("line %d is %s", i+1, tag)
		}
		fields[tag] = append(fields[tag], line[6:])
	}
	return fields, nil
}
