package check

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/catalog"
)

const none = hits(0)

func TestKinds(t *testing.T) {
	for s, want := range map[string]hits{
		"11010519491231002X": one(residentID), "440524188001010014": one(residentID), "11010519491231002x": one(residentID),
		"110105194912310021": one(wrongID), "990105194912310021": none, "110105194913310021": none, "130503670401001": one(oldIDs), "130503671301001": none,
		"110105194912310000": one(residentID), // a spreadsheet kept fifteen digits
		"13800138000":        one(mobile), "8613800138000": one(mobile), "14212345678": none, "15412345678": none, "16612345678": one(mobile), "17912345678": none, "19412345678": none,
		"4111111111111111": one(bankCard), "4111111111111112": one(wrongCard), "6222020000000000000": one(bankCard), "378282246310005": one(bankCard), "9111111111111111": none,
		"zhang.san@example.com": one(email), "office@example.com": none, "zhang@example.gov.cn": none, "info2@x.org": none, "a.b@data.gouv.fr": none, "a.b@go.japan.com": one(email), "a.b@x.go.jp": none, "a@b": none, "1@2.3": none, "x@10.20.30.40": none,
		"京A12345": one(plate), "沪AD12345": one(plate), "浙江A座12345": none, "粤B·12345": one(plate), "京ABCDEF": none, "京A1234567": none,
		"电话：13800138000，找张三": one(mobile), "合同编号20240513800138000123": none, "A13800138000": none, "0571-13800138000": none, "13800138000.5": none,
		"身份证11010519491231002X。": one(residentID), "": none, "示例市": none,
		"联系138 0013 8000": one(mobile), "+86 138-0013-8000": one(mobile), "138 00138 000": none, "2024-0513-1234": none, "1 138 0013 8000": one(mobile),
		"1101\u200b0519491231002X": one(residentID), "110105\u00a019491231\u00a0002X": one(residentID), "110105\n19491231002X": one(residentID), "11010519491231 002X": one(residentID),
		"110105.19491231.002X": one(residentID), "138.0013.8000": one(mobile), "138\u20130013\u20138000": one(mobile), "138\u30000013\u30008000": one(mobile), "\u202a13800138000\u202c": one(mobile), "１３８\u200b００１３８０００": one(mobile),
		"13800138000\u200b13900139000": one(mobile), "110105.194912310021": none, "2019\u20132020": none, "13800138000\ufeff": one(mobile),
		"4111 1111 1111 1111": one(bankCard), "6222 0200 0000 0000 000": one(bankCard), "110105 19491231 002X": one(residentID), "110105 19491231 0029": one(wrongID),
		"电话１３８００１３８０００": one(mobile), "身份证：１１０１０５１９４９１２３１００２Ｘ": one(residentID), "京Ａ１２３４５": one(plate), "a＠example.com": one(email), "说明，（一）": none,
		"138****8000": one(masked), "110105********002X": one(masked), "110***********0021": one(masked), "6222 **** 0000": none, "***": none, "3*4=12": none, "1****": none,
		"护照E12345678": one(passport), "持通行证H12345678入境": one(passport), "passport no EA1234567": one(passport), "E12345678": none, "型号E12345678": none,
		"13800138000 zhang@example.com 京A12345": one(mobile) | one(email) | one(plate),
	} {
		if got := ofText(s, false); got != want {
			t.Errorf("%q: %b, want %b", s, got, want)
		}
	}
	if ofText("E12345678", true) != one(passport) || ofText("AB1234", true) != none {
		t.Error("passports in a column that is named for them")
	}
}

// digitsOf draws a run of digits.
func digitsOf(t *rapid.T, n int, label string) string {
	return rapid.StringOfN(rapid.RuneFrom([]rune("0123456789")), n, n, -1).Draw(t, label)
}

// aBirthday draws a day of birth.
func aBirthday(t *rapid.T) string {
	return strconv.Itoa(rapid.IntRange(19000101, 20241231).Filter(func(n int) bool { return birthday(strconv.Itoa(n)) }).Draw(t, "day"))
}

// TestResidentID: of a number with its check digit, a change of one digit or
// an exchange of two neighbours is always seen, and free text hides nothing.
func TestResidentID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := strconv.Itoa(rapid.IntRange(11, 82).Draw(t, "province")) + digitsOf(t, 4, "county") + aBirthday(t) + digitsOf(t, 3, "serial")
		id := body + string(checkDigit(body))
		if !validID(id) || !ofText("前"+id+"后", false).has(residentID) || !ofText(id[:6]+" "+id[6:14]+" "+id[14:], false).has(residentID) {
			t.Fatal(id)
		}
		if ofText(id+"7", false).has(residentID) || ofText("7"+id, false).has(residentID) {
			t.Fatal("a part of a longer number", id)
		}
		i := rapid.IntRange(0, 16).Draw(t, "place")
		wrong := []byte(id)
		if wrong[i] = '0' + (wrong[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10; validID(string(wrong)) {
			t.Fatal("a digit changed", id, string(wrong))
		}
		swapped := []byte(id)
		if swapped[i], swapped[i+1] = swapped[i+1], swapped[i]; string(swapped) != id && validID(string(swapped)) {
			t.Fatal("two digits exchanged", id, string(swapped))
		}
	})
}

// TestLuhn: a card with its check digit is found, with another one it is not.
func TestLuhn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.SampledFrom([]string{"62", "4", "51", "55", "2221", "2720", "81", "34", "37"}).Draw(t, "prefix")
		size := 16
		switch prefix {
		case "62":
			size = rapid.IntRange(16, 19).Draw(t, "size")
		case "34", "37":
			size = 15
		}
		body := prefix + digitsOf(t, size-1-len(prefix), "body")
		valid := 0
		for d := range 10 {
			card := body + strconv.Itoa(d)
			if ofDigits(card).has(bankCard) {
				valid++
			} else if !ofDigits(card).has(wrongCard) && !ofDigits(card).has(oldIDs) && !ofDigits(card).has(residentID) && !ofDigits(card).has(wrongID) {
				t.Fatal(card)
			}
		}
		if valid != 1 && size != 15 && size != 18 {
			t.Fatal(body, valid)
		}
	})
}

// TestCreditCode: unified social credit codes (GB 32100, with the organisation
// code of GB 11714 inside) are public, and never taken for personal information.
func TestCreditCode(t *testing.T) {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	rapid.Check(t, func(t *rapid.T) {
		org := rapid.StringOfN(rapid.RuneFrom([]rune(alphabet)), 8, 8, -1).Draw(t, "organisation")
		sum, weights := 0, [...]int{3, 7, 9, 10, 5, 8, 4, 2}
		for i, w := range weights {
			v := int(org[i] - '0')
			if org[i] >= 'A' {
				v = int(org[i]-'A') + 10
			}
			sum += v * w
		}
		body := "91" + digitsOf(t, 6, "division") + org + string("0X987654321"[sum%11])
		total, w17 := 0, [...]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
		for i, w := range w17 {
			total += strings.IndexByte(alphabet, body[i]) * w
		}
		code := body + string(alphabet[(31-total%31)%31])
		if !digits(code[:17]) && ofText("统一社会信用代码："+code, false)&personal != 0 {
			t.Fatal(code, ofText(code, false))
		}
	})
}

// TestSerialNumbers: columns of numbers that are no numbers of persons do not
// block, however they are built: random ones, counted ones, and those of a
// division, a day and a running number, of which one in eleven checks out.
func TestSerialNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	random := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte('0' + r.IntN(10))
		}
		b[0] = byte('1' + r.IntN(9))
		return string(b)
	}
	makers := map[string]func(i int) string{
		"case numbers":    func(i int) string { return "110105" + strconv.Itoa(20240101+i%28) + strconv.Itoa(1000+i) },
		"cards counted":   func(i int) string { return "622202" + strconv.Itoa(1_000_000_000_000+i*37) },
		"codes of 15":     func(i int) string { return "150102" + strconv.Itoa(100_000_000+i*7919) },
		"school codes":    func(i int) string { return "150" + strconv.Itoa(10_000_000+i) },
		"damaged numbers": func(i int) string { return strconv.Itoa(100_000_000_000_000+i*7_777_777) + "000" },
	}
	for n := 8; n <= 24; n++ {
		makers["random "+strconv.Itoa(n)] = func(int) string { return random(n) }
	}
	for name, maker := range makers {
		for _, rows := range []int{20, 300, 3000} {
			values := make([][]string, rows)
			for i := range values {
				values[i] = []string{maker(i)}
			}
			for _, f := range findings(table("编号"), values...) {
				if f.Severity == catalog.SeverityError {
					t.Errorf("%d %s: %s, %d hits", rows, name, f.Code, f.Count)
				}
			}
		}
	}
}

// TestOneOfMany: one identity number among many long numbers is chance, in
// words it is none.
func TestOneOfMany(t *testing.T) {
	var bare, words [][]string
	for i := range 400 {
		s := "990105194912" + strconv.Itoa(100_000+i)
		if i == 77 {
			s = "11010519491231002X"
		}
		bare, words = append(bare, []string{s}), append(words, []string{"编号：" + s})
	}
	if got := blocks(findings(table("编号"), bare...)); got != "" {
		t.Error(got)
	}
	if got := blocks(findings(table("编号"), words...)); got != "personal-id 编号" {
		t.Error(got)
	}
}

// TestTrueNumbers: columns of numbers of persons block, with and without a
// word in the header, some of them mistyped, as text and as numbers.
func TestTrueNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	id := func() string {
		for {
			s := strconv.Itoa(11+r.IntN(55)) + strconv.Itoa(1000+r.IntN(9000)) + strconv.Itoa(1940+r.IntN(80)) + "0" + strconv.Itoa(1+r.IntN(9)) + strconv.Itoa(10+r.IntN(18)) + strconv.Itoa(100+r.IntN(900))
			if s += string(checkDigit(s)); validID(s) {
				return s
			}
		}
	}
	phone := func() string {
		return "1" + []string{"38", "59", "76", "88", "33"}[r.IntN(5)] + strconv.Itoa(10_000_000+r.IntN(89_999_999))
	}
	for _, rows := range []int{1, 2, 5, 12, 500} {
		for _, label := range []string{"编号", "说明"} {
			var ids, typed, phones, words [][]string
			for i := range rows {
				ids, phones = append(ids, []string{id()}), append(phones, []string{phone()})
				words = append(words, []string{"经办" + strconv.Itoa(i) + "，电话" + phone()})
				s := id()
				if i%10 == 9 {
					s = s[:16] + "7" + s[17:]
				}
				typed = append(typed, []string{s})
			}
			for name, x := range map[string]struct {
				code string
				rows [][]string
			}{"ids": {"personal-id", ids}, "ids with typing errors": {"personal-id", typed}, "phones": {"personal-mobile", phones}, "words": {"personal-mobile", words}} {
				if _, ok := findings(table(label), x.rows...)[x.code+" "+label]; !ok {
					t.Errorf("%d %s below %s: not found", rows, name, label)
				}
			}
			if _, ok := findings(table("#"+label), phones...)["personal-mobile "+label]; !ok {
				t.Errorf("%d phones stored as numbers: not found", rows)
			}
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{
		"11010519491231002X", "京A12345", "a@b.com", "@", "13800138000", "电话：13800138000", "138 0013 8000", "+86 138-0013-8000", "4111 1111 1111 1111", "110105********002X",
		"１３８００１３８０００", "护照E12345678", "京·", "\xef\xbc", "0 0 0 0 0 0 0 0", "***1***1***", "110105 19491231 002X", strings.Repeat("A1@*", 50),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		found := ofText(s, false)
		if found&^ofText(s, true) != 0 {
			t.Error("a hint hides something")
		}
		if around := ofText("，"+s+"，", false); found&^around&^one(plate) != 0 {
			t.Errorf("%q: %b, in a sentence %b", s, found, around)
		}
	})
}
