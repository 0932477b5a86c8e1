package catalog

// Term is an entry of a controlled vocabulary: a code for programs, a name for
// people, and the URI that DCAT wants.
type Term struct {
	Code string
	Name Text
	URI  string
}

const euTheme = "http://publications.europa.eu/resource/authority/data-theme/"

// Themes are the subjects of datasets, mapped to the EU data-theme authority
// table that DCAT-AP requires.
var Themes = []Term{
	{"government", Text{"政府与公共服务", "Government and public services"}, euTheme + "GOVE"},
	{"finance", Text{"财政与经济", "Finance and economy"}, euTheme + "ECON"},
	{"population", Text{"人口与社会", "Population and society"}, euTheme + "SOCI"},
	{"health", Text{"医疗卫生", "Health"}, euTheme + "HEAL"},
	{"education", Text{"教育文化", "Education and culture"}, euTheme + "EDUC"},
	{"transport", Text{"交通出行", "Transport"}, euTheme + "TRAN"},
	{"environment", Text{"生态环境", "Environment"}, euTheme + "ENVI"},
	{"energy", Text{"能源", "Energy"}, euTheme + "ENER"},
	{"safety", Text{"公共安全", "Public safety"}, euTheme + "JUST"},
	{"region", Text{"城乡建设", "Regions and cities"}, euTheme + "REGI"},
	{"agriculture", Text{"农业农村", "Agriculture"}, euTheme + "AGRI"},
	{"technology", Text{"科技", "Science and technology"}, euTheme + "TECH"},
}

// Licences are the terms under which data may be reused.
var Licences = []Term{
	{"cc-by-4.0", Text{"知识共享 署名 4.0", "Creative Commons Attribution 4.0"}, "https://creativecommons.org/licenses/by/4.0/"},
	{"cc0-1.0", Text{"知识共享 公有领域 1.0", "Creative Commons Zero 1.0"}, "https://creativecommons.org/publicdomain/zero/1.0/"},
	{"odbl-1.0", Text{"开放数据库许可 1.0", "Open Database Licence 1.0"}, "https://opendatacommons.org/licenses/odbl/1-0/"},
	{"pddl-1.0", Text{"公共领域数据许可 1.0", "Public Domain Dedication and Licence 1.0"}, "https://opendatacommons.org/licenses/pddl/1-0/"},
}

const euFrequency = "http://publications.europa.eu/resource/authority/frequency/"

// Cycles names the update cycles, with the EU frequency authority table.
var Cycles = []Term{
	{string(CycleRealtime), Text{"实时", "Real time"}, euFrequency + "UPDATE_CONT"},
	{string(CycleDaily), Text{"每日", "Daily"}, euFrequency + "DAILY"},
	{string(CycleWeekly), Text{"每周", "Weekly"}, euFrequency + "WEEKLY"},
	{string(CycleMonthly), Text{"每月", "Monthly"}, euFrequency + "MONTHLY"},
	{string(CycleQuarterly), Text{"每季度", "Quarterly"}, euFrequency + "QUARTERLY"},
	{string(CycleHalfYearly), Text{"每半年", "Half-yearly"}, euFrequency + "ANNUAL_2"},
	{string(CycleYearly), Text{"每年", "Yearly"}, euFrequency + "ANNUAL"},
	{string(CycleIrregular), Text{"不定期", "Irregular"}, euFrequency + "IRREG"},
	{string(CycleNever), Text{"不更新", "Never"}, euFrequency + "NEVER"},
}

// OpenAttributes names the open attributes, with the EU access-right table.
var OpenAttributes = []Term{
	{string(OpenUnconditional), Text{"无条件开放", "Open without conditions"}, "http://publications.europa.eu/resource/authority/access-right/PUBLIC"},
	{string(OpenConditional), Text{"有条件开放", "Open with conditions"}, "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"},
	{string(OpenNone), Text{"不予开放", "Not open"}, "http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC"},
}

// SharingTypes names the sharing types between departments.
var SharingTypes = []Term{
	{string(ShareUnconditional), Text{"无条件共享", "Shared without conditions"}, ""},
	{string(ShareConditional), Text{"有条件共享", "Shared with conditions"}, ""},
	{string(ShareNone), Text{"不予共享", "Not shared"}, ""},
}

// Lookup finds a term by its code; ok is false where there is none.
func Lookup(terms []Term, code string) (t Term, ok bool) {
	for _, t := range terms {
		if t.Code == code {
			return t, true
		}
	}
	return Term{}, false
}
