package catalog

import "time"

// DatasetID identifies a dataset inside one catalogue.
type DatasetID int64

// OpenAttribute is 开放属性: on what terms the public may have the data.
type OpenAttribute string

// The open attributes of Chinese public-data portals.
const (
	OpenUnconditional OpenAttribute = "unconditional" // 无条件开放
	OpenConditional   OpenAttribute = "conditional"   // 有条件开放
	OpenNone          OpenAttribute = "none"          // 不予开放
)

// SharingType is 共享类型: on what terms other departments may have the data.
type SharingType string

// The sharing types of 政务信息资源目录编制指南 (2017).
const (
	ShareUnconditional SharingType = "unconditional" // 无条件共享
	ShareConditional   SharingType = "conditional"   // 有条件共享
	ShareNone          SharingType = "none"          // 不予共享
)

// UpdateCycle is 更新周期, DCAT's dct:accrualPeriodicity.
type UpdateCycle string

// The update cycles of 政务信息资源目录编制指南 (2017).
const (
	CycleRealtime   UpdateCycle = "realtime"   // 实时
	CycleDaily      UpdateCycle = "daily"      // 每日
	CycleWeekly     UpdateCycle = "weekly"     // 每周
	CycleMonthly    UpdateCycle = "monthly"    // 每月
	CycleQuarterly  UpdateCycle = "quarterly"  // 每季度
	CycleHalfYearly UpdateCycle = "halfyearly" // 每半年
	CycleYearly     UpdateCycle = "yearly"     // 每年
	CycleIrregular  UpdateCycle = "irregular"  // 不定期
	CycleNever      UpdateCycle = "never"      // 不更新
)

// Contact answers for a dataset: DCAT's dcat:contactPoint.
type Contact struct {
	Name  Text   `json:"name"`
	Email string `json:"email"`
	Phone string `json:"phone"`
}

// Metadata is what people write about a dataset: the Chinese core metadata
// and what DCAT needs. Its JSON form is what `gongkai publish --metadata`
// reads.
type Metadata struct {
	Title         Text          `json:"title"`
	Description   Text          `json:"description"`
	KeywordsZH    []string      `json:"keywords_zh"`
	KeywordsEN    []string      `json:"keywords_en"`
	Theme         string        `json:"theme"`           // a code of Themes
	ResourceCode  string        `json:"resource_code"`   // 信息资源代码
	SpatialCode   string        `json:"spatial_code"`    // administrative division
	Spatial       Text          `json:"spatial"`         // the area in words
	TemporalStart string        `json:"temporal_start"`  // YYYY-MM-DD or ""; what the data covers
	TemporalEnd   string        `json:"temporal_end"`    // YYYY-MM-DD or "", inclusive
	Licence       string        `json:"licence"`         // a code of Licences
	Cycle         UpdateCycle   `json:"update_cycle"`    //
	Open          OpenAttribute `json:"open_attribute"`  //
	OpenCondition Text          `json:"open_condition"`  // 开放条件
	Sharing       SharingType   `json:"sharing_type"`    //
	ShareCond     Text          `json:"share_condition"` // 共享条件
	ShareMethod   Text          `json:"share_method"`    // 共享方式
	Contact       Contact       `json:"contact"`         //
}

// Dataset is a series of versions of the same data under one description:
// DCAT's dcat:Dataset, CKAN's package.
type Dataset struct {
	ID         DatasetID
	Slug       string // lower-case ASCII, hyphens; unique in the catalogue
	Department DepartmentID
	Metadata
	Current   int       // number of the published version; 0 while there is none
	Issued    time.Time // first publication of any version; zero while there was none
	CreatedAt time.Time
	UpdatedAt time.Time // last change of the description or of the current version
}

// Public reports whether anybody may see the dataset: a version of it was
// published, be it withdrawn since, and it is not closed to the public.
func (d *Dataset) Public() bool { return !d.Issued.IsZero() && d.Open != OpenNone }

// NextDue returns when new data is due after a publication, by the declared
// cycle; ok is false where the cycle sets no date (real time, irregular, never).
func (c UpdateCycle) NextDue(published time.Time) (due time.Time, ok bool) {
	switch c {
	case CycleDaily:
		return published.AddDate(0, 0, 1), true
	case CycleWeekly:
		return published.AddDate(0, 0, 7), true
	case CycleMonthly:
		return addMonths(published, 1), true
	case CycleQuarterly:
		return addMonths(published, 3), true
	case CycleHalfYearly:
		return addMonths(published, 6), true
	case CycleYearly:
		return addMonths(published, 12), true
	}
	return time.Time{}, false
}

// addMonths goes n months on, to the month's last day where it has no such
// day: a month after 31 January is the end of February, not 3 March.
func addMonths(t time.Time, n int) time.Time {
	later := t.AddDate(0, n, 0)
	if later.Day() != t.Day() {
		return later.AddDate(0, 0, -later.Day())
	}
	return later
}
