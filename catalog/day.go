package catalog

import "time"

// CityTime is a moment on the city's clock: all of China keeps one time, eight
// hours before UTC. Every day that a person reads or types is a day of it;
// moments that programs read are UTC.
func CityTime(t time.Time) time.Time {
	return t.In(time.FixedZone("UTC+8", 8*60*60))
}

// Day is the day of a moment on the city's clock, as 2024-05-03.
func Day(t time.Time) string { return CityTime(t).Format(time.DateOnly) }

// StartOfDay is when a day, as 2024-05-03, begins on the city's clock.
func StartOfDay(day string) (time.Time, error) {
	return time.ParseInLocation(time.DateOnly, day, CityTime(time.Time{}).Location())
}
