package sheet

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// css is what a style says that we keep; "" where it says nothing.
type css struct {
	format       string // as a code
	bold, strike string
	indent       uint8
	hidden       bool
}

// manyClasses is how many classes of a style sheet are kept.
const manyClasses = 100_000

// styleSheet reads the classes of a style sheet. Selectors of more than a class
// and its element, and what depends on the screen, are passed over.
func (p *pageReading) styleSheet(text []byte) {
	rest := string(text)
	for rest != "" {
		head, after, ok := strings.Cut(rest, "{")
		if !ok {
			return
		}
		body := declarations(after)
		rest = after[min(len(body)+1, len(after)):]
		if strings.Contains(body, "{") {
			continue // a block of rules
		}
		var parsed *css
		for _, selector := range strings.Split(head, ",") {
			selector = strings.TrimSpace(selector)
			if i := strings.LastIndexAny(selector, " \t\n\r>/"); i >= 0 {
				selector = selector[i+1:]
			}
			_, class, ok := strings.Cut(selector, ".")
			if !ok || class == "" || strings.ContainsAny(class, ".:#[") || len(p.classes) > manyClasses {
				continue
			}
			if parsed == nil {
				parsed = &css{}
				parsed.read(body)
			}
			p.classes[class] = parsed
		}
	}
}

// declarations gives what stands before the closing brace, quotes respected.
func declarations(text string) string {
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '}':
			return text[:i]
		}
	}
	return text
}

// read takes the declarations of a style.
func (s *css) read(text string) {
	for text != "" {
		name, rest, ok := strings.Cut(text, ":")
		if !ok {
			return
		}
		value, n := declared(rest)
		text = rest[n:]
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "mso-number-format":
			s.format = namedFormat(unescapeCSS(value))
		case "font-weight":
			n, err := strconv.Atoi(value)
			s.bold = yesNo(strings.HasPrefix(value, "bold") || err == nil && n >= 600)
		case "text-decoration":
			s.strike = yesNo(strings.Contains(value, "line-through"))
		case "mso-char-indent-count":
			n, err := strconv.Atoi(value)
			if err == nil {
				s.indent = uint8(min(max(n, 0), 255))
			}
		case "display":
			s.hidden = strings.HasPrefix(strings.ToLower(value), "none")
		}
	}
}

// declared gives a value up to its semicolon and the length of both.
func declared(text string) (value string, n int) {
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ';':
			return text[:i], i + 1
		}
	}
	return text, len(text)
}

// unescapeCSS gives a value without its quotes and escapes. Excel writes
// characters as \0022: four digits, whatever follows.
func unescapeCSS(value string) string {
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		value = value[1 : n-1]
	}
	var b strings.Builder
	for i := 0; i < len(value); {
		if value[i] != '\\' || i+1 >= len(value) {
			b.WriteByte(value[i])
			i++
			continue
		}
		digits := i + 1
		r := rune(0)
		for digits < len(value) && digits < i+5 {
			d, ok := hexDigit(value[digits])
			if !ok {
				break
			}
			r, digits = r<<4|d, digits+1
		}
		if digits == i+5 {
			b.WriteRune(r)
			i = digits
			continue
		}
		_, n := utf8.DecodeRuneInString(value[i+1:])
		b.WriteString(value[i+1 : i+1+n])
		i += 1 + n
	}
	return b.String()
}

// hiddenStyle reports an inline style that hides its element.
func hiddenStyle(style string) bool {
	if !strings.Contains(style, "none") {
		return false
	}
	s := css{}
	s.read(style)
	return s.hidden
}

// styleOf gives what the classes and the style of a tag say.
func (p *pageReading) styleOf(tag *pageTag) css {
	s := css{}
	for rest := tag.class; rest != ""; {
		var class string
		class, rest, _ = strings.Cut(strings.TrimSpace(rest), " ")
		if c := p.classes[class]; c != nil {
			s.over(c)
		}
	}
	if tag.style != "" && strings.ContainsAny(tag.style, ":") {
		own := css{}
		own.read(tag.style)
		s.over(&own)
	}
	return s
}

// over takes what another style says.
func (s *css) over(o *css) {
	if o.format != "" {
		s.format = o.format
	}
	if o.bold != "" {
		s.bold = o.bold
	}
	if o.strike != "" {
		s.strike = o.strike
	}
	if o.indent > 0 {
		s.indent = o.indent
	}
	s.hidden = s.hidden || o.hidden
}
