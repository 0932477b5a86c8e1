package catalog

// Lang is a language the catalogue is written in, as a BCP 47 tag.
type Lang string

// The languages of the catalogue. Chinese comes first, English is equal.
const (
	ZH Lang = "zh-CN"
	EN Lang = "en"
)

// Text is a piece of prose in both languages of the catalogue; either may be
// empty where nobody has written it yet.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// In returns the text in lang, or in the other language where lang has none:
// a title in the wrong language is worth more than no title.
func (t Text) In(lang Lang) string {
	if (lang == EN && t.EN != "") || t.ZH == "" {
		return t.EN
	}
	return t.ZH
}

// Empty reports whether the text is written in neither language.
func (t Text) Empty() bool { return t.ZH == "" && t.EN == "" }
