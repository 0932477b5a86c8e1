package export

import (
	"gongkai/catalog"
)

// geoEncoder writes one GeoJSON FeatureCollection (RFC 7946): a Point for each
// row, its other columns as properties. A row without both coordinates has a
// null geometry. Coordinates are written as stored; those of a reference system
// that is not WGS 84 are refused, for GeoJSON knows no other.
type geoEncoder struct {
	keys     [][]byte // {"a": and ,"b": of the properties, by column; nil for the coordinates
	lon, lat int
	started  bool
	unnamed  bool // nobody says what reference system the coordinates are of
}

// point finds the columns that hold the longitude and latitude of a row; ok is
// false where there are none or several.
func point(columns []catalog.Column) (lon, lat int, ok bool) {
	lon, lat = -1, -1
	for i := range columns {
		switch columns[i].Kind {
		case catalog.KindLongitude:
			if lon >= 0 {
				return 0, 0, false
			}
			lon = i
		case catalog.KindLatitude:
			if lat >= 0 {
				return 0, 0, false
			}
			lat = i
		}
	}
	return lon, lat, lon >= 0 && lat >= 0 && columns[lon].Type.Numeric() && columns[lat].Type.Numeric()
}

func newGeoJSON(columns []catalog.Column) (*geoEncoder, error) {
	lon, lat, ok := point(columns)
	if !ok {
		return nil, catalog.Errorf(catalog.Unsupported, "ask for another format, or select one column of longitudes and one of latitudes", "geojson needs one longitude and one latitude in every row")
	}
	crs := columns[lon].CRS
	if crs != "" && crs != catalog.WGS84 && crs != catalog.CGCS2000 {
		return nil, catalog.Errorf(catalog.Unsupported, "ask for csv or json and convert the coordinates; they are never converted here", "geojson holds WGS 84, these coordinates are %s", crs)
	}
	e := &geoEncoder{lon: lon, lat: lat, keys: make([][]byte, len(columns)), unnamed: crs == ""}
	mark := byte('{')
	for i := range columns {
		if i == lon || i == lat {
			continue
		}
		e.keys[i] = append(appendJSONText([]byte{mark}, columns[i].Name), ':')
		mark = ','
	}
	return e, nil
}

func (e *geoEncoder) begin(dst []byte) []byte {
	dst = append(dst, `{"type":"FeatureCollection",`...)
	if e.unnamed {
		dst = append(dst, `"coordinates_note":"the source does not name the reference system",`...)
	}
	return append(dst, "\"features\":[\n"...)
}

func (e *geoEncoder) row(dst []byte, row []catalog.Value) []byte {
	if e.started {
		dst = append(dst, ",\n"...)
	}
	e.started = true
	dst = append(dst, `{"type":"Feature","geometry":`...)
	if row[e.lon].IsNull() || row[e.lat].IsNull() {
		dst = append(dst, "null"...)
	} else {
		dst = append(dst, `{"type":"Point","coordinates":[`...)
		dst = append(appendPlain(dst, &row[e.lon]), ',')
		dst = append(appendPlain(dst, &row[e.lat]), "]}"...)
	}
	dst = append(dst, `,"properties":`...)
	empty := true
	for i := range row {
		if e.keys[i] == nil {
			continue
		}
		dst = append(dst, e.keys[i]...)
		dst = AppendJSONValue(dst, row[i])
		empty = false
	}
	if empty {
		return append(dst, "{}}"...)
	}
	return append(dst, "}}"...)
}

func (e *geoEncoder) end(dst []byte, _ int64) []byte { return append(dst, "\n]}\n"...) }
