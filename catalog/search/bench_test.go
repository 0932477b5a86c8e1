package search_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/catalog/search"
)

var (
	zhWords = []string{"医院", "床位", "卫生", "人口", "年龄", "行政", "许可", "预算", "执行", "空气", "质量", "监测", "站点", "学校", "学生",
		"公交", "线路", "能源", "消耗", "招标", "中标", "金额", "日期", "名称", "编号", "地址", "电话", "违法", "处罚", "收费", "标准", "依据", "单位", "面积",
		"产量", "企业", "税收", "环境", "道路", "养老", "社区", "街道", "统计", "年度", "数量", "比例", "合计", "分类", "机构", "服务"}
	enWords = []string{"hospital", "beds", "population", "licence", "decisions", "budget", "execution", "air", "quality", "station", "schools",
		"students", "bus", "stops", "energy", "use", "tenders", "amount", "date", "name", "code", "address", "violations", "fees", "standard"}
)

// city makes n documents of ten columns, as a large city's catalogue has them.
func city(n int) []search.Document {
	r := rand.New(rand.NewPCG(1, 2))
	zh := func(words int) (s string) {
		for range words {
			s += zhWords[r.IntN(len(zhWords))]
		}
		return s
	}
	en := func(words int) (s string) {
		for range words {
			s += enWords[r.IntN(len(enWords))] + " "
		}
		return s
	}
	docs := make([]search.Document, n)
	for i := range docs {
		d := &docs[i]
		d.Department = catalog.Department{ID: catalog.DepartmentID(i%60 + 1), Slug: fmt.Sprintf("department-%d", i%60),
			Title: catalog.Text{ZH: zhWords[i%50] + "局", EN: "Bureau of " + enWords[i%25]}}
		d.Dataset = catalog.Dataset{ID: catalog.DatasetID(i + 1), Slug: fmt.Sprintf("dataset-%05d", i), Department: d.Department.ID, Current: 1}
		d.Dataset.Metadata = catalog.Metadata{Title: catalog.Text{ZH: zh(5), EN: en(5)},
			Description: catalog.Text{ZH: zh(20) + "，" + zh(20) + "。", EN: en(40)},
			KeywordsZH:  []string{zh(1), zh(1), zh(1)}, KeywordsEN: []string{en(1), en(1)}, Theme: catalog.Themes[i%len(catalog.Themes)].Code}
		t := catalog.Table{Name: "t", Label: d.Dataset.Title.ZH}
		for c := range 10 {
			t.Columns = append(t.Columns, catalog.Column{Name: fmt.Sprintf("%s_%d", enWords[r.IntN(25)], c), Label: zh(2) + "（万元）"})
		}
		d.Version = &catalog.Version{Number: 1, PublishedAt: time.Unix(int64(r.IntN(1e9)), 0), Tables: []catalog.Table{t}}
	}
	return docs
}

func BenchmarkReplace(b *testing.B) {
	docs := city(5000)
	ix := search.New()
	for b.Loop() {
		ix.Replace(docs)
	}
}

func BenchmarkSearch(b *testing.B) {
	ix := search.New()
	ix.Replace(city(5000))
	for _, q := range []search.Query{{}, {Text: "医院床位"}, {Text: "空气质量监测站点", Theme: "health"}, {Text: "hospital bed"}, {Text: "a"},
		{Text: "床"}, {Text: "医院", Sort: search.ByTitle}, {Text: "hospitol"}, {Text: "医院床未"}} {
		b.Run(fmt.Sprintf("%q,%s", q.Text, q.Sort), func(b *testing.B) {
			for b.Loop() {
				if _, err := ix.Search(q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
