package catalog

import "time"

// DepartmentID identifies a department inside one catalogue.
type DepartmentID int64

// Level is a department's place in the administrative tree.
type Level string

// The levels of the tree, from the top.
const (
	LevelCity     Level = "city"     // 市
	LevelBureau   Level = "bureau"   // 局、委、办
	LevelDistrict Level = "district" // 区、县
	LevelTownship Level = "township" // 街道、乡镇
)

// Department is a publisher: DCAT's dct:publisher, CKAN's organization,
// 信息资源提供方 of the Chinese core metadata.
type Department struct {
	ID           DepartmentID
	Slug         string       // lower-case ASCII, hyphens; unique
	Parent       DepartmentID // 0 at the root
	Level        Level
	Title        Text
	Description  Text
	DivisionCode string // GB/T 2260 administrative division, six digits or more
	CreditCode   string // GB 32100 unified social credit code
	Address      Text
	Phone        string
	Email        string
	Hours        Text // office hours in words
	CreatedAt    time.Time
}

// DepartmentCount is a department with the number of its published datasets.
type DepartmentCount struct {
	Department
	Datasets int
}
