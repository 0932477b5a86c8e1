package search

import (
	"bytes"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"gongkai/catalog"
)

// published is when the document's data were published.
func (d *Document) published() time.Time {
	if d.Version == nil {
		return time.Time{}
	}
	return d.Version.PublishedAt
}

func (s *snapshot) byTitle(lang catalog.Lang) []uint32 {
	if lang == catalog.EN {
		return s.titlesEN()
	}
	return s.titlesZH()
}

// titleRanks orders titles as readers of the language do: Chinese by pinyin.
func titleRanks(docs []*Document, lang catalog.Lang) []uint32 {
	order := collate.New(language.Make(string(lang)))
	var buf collate.Buffer
	keys := make([][]byte, len(docs))
	for i, d := range docs {
		keys[i] = bytes.Clone(order.KeyFromString(&buf, d.Dataset.Title.In(lang)))
		buf.Reset()
	}
	return ranks(len(docs), func(i, j uint32) int { return bytes.Compare(keys[i], keys[j]) })
}
