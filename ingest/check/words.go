package check

import (
	"slices"
	"strings"

	"gongkai/catalog"
)

// What a label may name.
type sense uint8

const (
	harmless  sense = iota
	names           // of people
	detail          // of a person, harmless without a name
	sensitive       // blocks by itself
)

// sensitiveWords block by themselves; the first are always numbers or pictures
// of a person, behind weak there may stand how many of them there are.
var (
	sensitiveNumbers = []string{
		"身份证号", "身份证编号", "公民身份号码", "居民身份号码", "公民身份证", "银行卡号", "银行账号", "银行帐号", "银行账户", "护照号", "社保卡号", "社会保障号",
		"id card no", "id card number", "identity card number", "identity number", "national id", "citizen id", "passport no", "passport number", "bank account", "bank card number", "card number",
		"social security number", "ssn",
	}
	sensitiveThings = []string{"身份证", "银行卡", "指纹", "人脸", "虹膜", "声纹", "fingerprint", "face image", "facial", "iris scan", "biometric", "bank card", "id card", "identity card"}
	// counted end the names of columns that count such things or tell where they are.
	counted = []string{"数", "数量", "量", "率", "件数", "张数", "人数", "地点", "地址", "机构", "网点", "设备", "材料", "系统", "名称", "类型", "费", "费用", "number of", "count", "rate", "total", "share", "fee"}

	personNames = []string{"姓名", "户主", "full name", "first name", "last name", "surname", "given name", "family name", "patient name", "applicant name", "name of person", "person name"}
	details     = []string{
		"手机", "移动电话", "出生日期", "出生年月", "生日", "住址", "家庭地址", "家庭住址", "户籍地址", "居住地址", "户口所在地", "证件号", "病历号", "病案号",
		"date of birth", "birth date", "birthdate", "birthday", "dob", "home address", "residential address", "mobile", "cell phone", "phone number",
	}
	phones    = []string{"电话", "手机", "联系方式", "联系人", "mobile", "phone", "tel", "contact"}
	passports = []string{"护照", "通行证", "证件号", "passport"}
)

// senseOf judges a column's label; word is what it said.
func senseOf(label string) (s sense, word string) {
	low := strings.ToLower(strings.TrimSpace(label))
	if w := within(low, sensitiveNumbers); w != "" {
		return sensitive, w
	}
	if w := within(low, sensitiveThings); w != "" && !countsThings(low) {
		return sensitive, w
	}
	if w := within(low, details); w != "" && !countsThings(low) {
		return detail, w
	}
	for _, w := range personNames {
		if strings.HasSuffix(low, w) {
			return names, w
		}
	}
	return harmless, ""
}

// countsThings reports whether a label says how many there are, or where.
func countsThings(low string) bool {
	low, _, _ = strings.Cut(strings.NewReplacer("（", "(", "）", ")").Replace(low), "(")
	low = strings.TrimSpace(low)
	return slices.ContainsFunc(counted, func(w string) bool {
		return strings.HasSuffix(low, w) && low != w && !strings.HasSuffix(low, "住址") && !strings.HasSuffix(low, "家庭地址") && !strings.HasSuffix(low, "户籍地址") && !strings.HasSuffix(low, "居住地址") ||
			strings.HasPrefix(low, w+" ")
	})
}

// within gives the first of some words that a text holds; Latin ones must
// stand alone.
func within(low string, words []string) string {
	for _, w := range words {
		i := strings.Index(low, w)
		if i < 0 {
			continue
		}
		if w[0] >= 0x80 {
			return w
		}
		end := i + len(w)
		if (i == 0 || !letter(low[i-1])) && (end == len(low) || !letter(low[end])) {
			return w
		}
	}
	return ""
}

func letter(c byte) bool { return c-'a' < 26 || c-'0' < 10 }

// namesPhone reports whether a label says that phone numbers stand below.
func namesPhone(label string) bool { return within(strings.ToLower(label), phones) != "" }

// namesPassport reports whether a label says that numbers of passports may
// stand below.
func namesPassport(label string) bool { return within(strings.ToLower(label), passports) != "" }

// left stands for what a finding does not show.
const left = "…"

// shown gives a value as a finding may tell it: what names a person is left
// out, and long texts are cut.
func shown(of *catalog.Column, text string) string {
	if s, _ := senseOf(of.Label); s != harmless || ofText(text, true)&(personal|one(masked)|one(wrongID)) != 0 {
		return left
	}
	if r := []rune(text); len(r) > 80 {
		return string(r[:80]) + left
	}
	return text
}
