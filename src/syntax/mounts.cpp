#include "src/syntax/mounts.h"

#include <array>

#include <fmt/format.h>
#include <re2/re2.h>

#include "cacheplan/commands.h"
#include "cacheplan/text.h"

namespace cacheplan {
namespace {

enum class KeyType { kFlag, kNumber, kOctal, kSharing, kSize, kText, kType };
struct MountKey {
  std::string_view key;
  std::string_view means;
  KeyType type;
};
constexpr MountKey kMountKeys[] = {
#define MOUNT_KEY(key_, means_, type_) {key_, means_, KeyType::type_},
#include "grammar/mounts.def"
#undef MOUNT_KEY
};

struct TypeName {
  std::string_view name;
  MountType type;
};
constexpr TypeName kMountTypes[] = {{"bind", MountType::kBind},
                                    {"cache", MountType::kCache},
                                    {"secret", MountType::kSecret},
                                    {"ssh", MountType::kSsh},
                                    {"tmpfs", MountType::kTmpfs}};
constexpr std::string_view kSharing[] = {"locked", "private", "shared"};

std::string_view NameOf(MountType type) {
  for (const TypeName& row : kMountTypes) {
    if (row.type == type) {
      return row.name;
    }
  }
  return "unknown";
}

const MountKey* FindKey(std::string_view key) {
  for (const MountKey& row : kMountKeys) {
    if (row.key == key) {
      return &row;
    }
  }
  return nullptr;
}

std::string Suggest(std::string message, std::string_view match) {
  return match.empty() ? message : fmt::format("{} (did you mean {}?)", message, match);
}

/// strconv.ParseBool; nothing where it fails.
std::optional<bool> ParseBool(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == yes) {
      return true;
    }
  }
  for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == no) {
      return false;
    }
  }
  return std::nullopt;
}

/// strconv.ParseUint(text, base, 32) succeeds.
bool IsUint32(std::string_view text, unsigned base) {
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || static_cast<unsigned>(c - '0') >= base) {
      return false;
    }
    value = value * base + static_cast<std::uint64_t>(c - '0');
    if (value > 0xFFFFFFFFU) {
      return false;
    }
  }
  return !text.empty();
}

/// One `--mount` value, read field by field; the first error ends it.
class MountReader {
 public:
  explicit MountReader(const WordExpander& expand) : expand_(expand) {}

  MountReading Run(std::string_view value) {
    const CsvRecord record = ReadCsv(value);
    if (!record.error.empty()) {
      return {{}, "failed to parse csv mounts: " + record.error};
    }
    for (const std::string& field : record.fields) {
      if (!Field(field)) {
        break;
      }
    }
    if (error_.empty() && mount_.type != MountType::kUnknown) {
      error_ = Check();
    }
    return {std::move(mount_), std::move(error_)};
  }

 private:
  bool Fail(std::string error) {
    error_ = std::move(error);
    return false;
  }

  bool Field(const std::string& field) {
    const std::size_t equals = field.find('=');
    const std::string key = ToLower(std::string_view(field).substr(0, equals));
    const MountKey* row = FindKey(key);
    if (equals == std::string::npos) {
      if (row == nullptr || row->type != KeyType::kFlag) {
        return Fail(fmt::format("invalid field '{}' must be a key=value pair", field));
      }
      return row->means != "required" || RequiredFits(key);
    }
    const Expansion expansion = expand_(std::string_view(field).substr(equals + 1));
    if (!expansion.ok()) {
      return Fail(expansion.error);
    }
    if (row == nullptr) {
      std::vector<std::string_view> keys;
      for (const MountKey& known : kMountKeys) {
        keys.push_back(known.key);
      }
      return Fail(
          Suggest(fmt::format("unexpected key '{}' in '{}'", key, field), Nearest(key, keys)));
    }
    return Set(*row, key, expansion);
  }

  bool RequiredFits(const std::string& key) {
    if (mount_.type == MountType::kSecret || mount_.type == MountType::kSsh ||
        mount_.type == MountType::kUnknown) {
      return true;
    }
    return Fail(fmt::format("unexpected key '{}' for mount type '{}'", key, NameOf(mount_.type)));
  }

  bool Set(const MountKey& row, const std::string& key, const Expansion& expansion) {
    const std::string& value = expansion.text;
    switch (row.type) {
      case KeyType::kText:
        Text(row.means, value);
        return true;
      case KeyType::kType:
        return Type(expansion);
      case KeyType::kSharing:
        return Sharing(value);
      case KeyType::kFlag:
        if (row.means == "required" && !RequiredFits(key)) {
          return false;
        }
        return ParseBool(value).has_value() ||
               Fail(fmt::format("invalid value for {}: {}", key, value));
      case KeyType::kSize: {
        if (mount_.type != MountType::kTmpfs && mount_.type != MountType::kUnknown) {
          return Fail(
              fmt::format("unexpected key '{}' for mount type '{}'", key, NameOf(mount_.type)));
        }
        static const RE2 size("\\d+(\\.\\d+)* ?[kKmMgGtTpP]?[iI]?[bB]?");
        return RE2::FullMatch(value, size) ||
               Fail(fmt::format("invalid value for {}: {}", key, value));
      }
      case KeyType::kOctal:
      case KeyType::kNumber:
        (row.means == "mode" ? has_mode_ : row.means == "uid" ? has_uid_ : has_gid_) = true;
        return IsUint32(value, row.type == KeyType::kOctal ? 8 : 10) ||
               Fail(fmt::format("invalid value {} for {}", value, row.means));
    }
    return true;
  }

  void Text(std::string_view means, const std::string& value) {
    if (means == "from") {
      mount_.from = value;
    } else if (means == "source") {
      mount_.source = value;
    } else if (means == "target") {
      mount_.target = value;
    } else if (means == "id") {
      mount_.id = value;
    }
  }

  bool Type(const Expansion& expansion) {
    const std::string lower = ToLower(expansion.text);
    std::vector<std::string_view> names;
    for (const TypeName& row : kMountTypes) {
      if (row.name == lower) {
        mount_.type = row.type;
        return true;
      }
      names.push_back(row.name);
    }
    if (!expansion.unmatched.empty()) {
      mount_.type = MountType::kUnknown;
      return true;
    }
    return Fail(Suggest(fmt::format("unsupported mount type {}", Quoted(expansion.text)),
                        Nearest(expansion.text, names)));
  }

  bool Sharing(const std::string& value) {
    mount_.sharing = ToLower(value);
    for (const std::string_view name : kSharing) {
      if (name == mount_.sharing) {
        return true;
      }
    }
    return Fail(Suggest(fmt::format("unsupported sharing value {}", Quoted(value)),
                        Nearest(value, {std::begin(kSharing), std::end(kSharing)})));
  }

  [[nodiscard]] std::string Check() const {
    const bool has_owner = mount_.type == MountType::kSecret || mount_.type == MountType::kSsh ||
                           mount_.type == MountType::kCache;
    if (!has_owner) {
      for (const auto& [given, name] :
           {std::pair(has_mode_, "mode"), std::pair(has_uid_, "uid"), std::pair(has_gid_, "gid")}) {
        if (given) {
          return fmt::format("{} not allowed for {} type mounts", name,
                             Quoted(NameOf(mount_.type)));
        }
      }
    }
    if (mount_.type == MountType::kSecret) {
      if (!mount_.from.empty()) {
        return "secret mount should not have a from";
      }
      if (!mount_.sharing.empty()) {
        return "secret mount should not define sharing";
      }
      if (mount_.source.empty() && mount_.target.empty() && mount_.id.empty()) {
        return "invalid secret mount. one of source, target required";
      }
      if (!mount_.source.empty() && !mount_.id.empty()) {
        return "both source and id can't be set";
      }
    }
    if (!mount_.sharing.empty() && mount_.type != MountType::kCache) {
      return fmt::format("invalid cache sharing set for {} mount", NameOf(mount_.type));
    }
    return {};
  }

  const WordExpander& expand_;
  Mount mount_;
  std::string error_;
  bool has_mode_ = false;
  bool has_uid_ = false;
  bool has_gid_ = false;
};

std::string CheckDevice(std::string_view value) {
  const CsvRecord record = ReadCsv(value);
  if (!record.error.empty()) {
    return "failed to parse csv devices: " + record.error;
  }
  std::string name;
  for (const std::string& field : record.fields) {
    const std::size_t equals = field.find('=');
    const std::string key = ToLower(std::string_view(field).substr(0, equals));
    const std::string rest = equals == std::string::npos ? "" : field.substr(equals + 1);
    if (key == "required" && (equals == std::string::npos || ParseBool(rest))) {
      continue;
    }
    if (key == "required") {
      return fmt::format("invalid value for {}: {}", key, rest);
    }
    if (key == "name" && equals != std::string::npos) {
      if (!name.empty()) {
        return fmt::format("device name already set to {}", name);
      }
      name = rest;
    } else if (name.empty()) {
      name = field;
    } else if (equals == std::string::npos) {
      return fmt::format("invalid field '{}' must be a key=value pair", field);
    } else {
      return Suggest(fmt::format("unexpected key '{}' in '{}'", key, field),
                     Nearest(key, {"name", "required"}));
    }
  }
  return {};
}

/// Before variables are expanded only the quoting and `from` are looked at.
std::string CheckMount(std::string_view value) {
  const CsvRecord record = ReadCsv(value);
  if (!record.error.empty()) {
    return "failed to parse csv mounts: " + record.error;
  }
  for (const std::string& field : record.fields) {
    const std::size_t equals = field.find('=');
    if (equals == std::string::npos || ToLower(field.substr(0, equals)) != "from") {
      continue;
    }
    const std::size_t dollar = field.find('$', equals);
    if (dollar != std::string::npos && dollar + 1 < field.size()) {
      return "'from' doesn't support variable expansion, define alias stage instead";
    }
  }
  return {};
}

}  // namespace

CsvRecord ReadCsv(std::string_view text) {
  CsvRecord record;
  if (text.empty()) {
    record.error = "EOF";
    return record;
  }
  const auto fail = [&](std::size_t column, std::string_view what) {
    record.error = fmt::format("parse error on line 1, column {}: {}", column + 1, what);
    return record;
  };
  std::size_t pos = 0;
  for (;;) {
    std::string field;
    if (pos < text.size() && text[pos] == '"') {
      ++pos;
      for (;;) {
        const std::size_t quote = text.find('"', pos);
        if (quote == std::string_view::npos) {
          return fail(text.size(), "extraneous or missing \" in quoted-field");
        }
        field.append(text, pos, quote - pos);
        pos = quote + 1;
        if (pos >= text.size() || text[pos] != '"') {
          break;
        }
        field += '"';
        ++pos;
      }
      if (pos < text.size() && text[pos] != ',') {
        return fail(pos - 1, "extraneous or missing \" in quoted-field");
      }
    } else {
      const std::size_t end = std::min(text.find(',', pos), text.size());
      field = text.substr(pos, end - pos);
      if (const std::size_t quote = field.find('"'); quote != std::string::npos) {
        return fail(pos + quote, "bare \" in non-quoted-field");
      }
      pos = end;
    }
    record.fields.push_back(std::move(field));
    if (pos >= text.size()) {
      return record;
    }
    ++pos;  // the comma
  }
}

MountReading ReadMount(std::string_view value, const WordExpander& expand) {
  return MountReader(expand).Run(value);
}

namespace syntax {

std::string CheckRunFlag(std::string_view flag, std::string_view value) {
  if (flag == "device") {
    return CheckDevice(value);
  }
  if (flag == "mount") {
    return CheckMount(value);
  }
  if (flag == "network" && value != "default" && value != "none" && value != "host") {
    return fmt::format("invalid network mode {}", Quoted(value));
  }
  if (flag == "security" && value != "insecure" && value != "sandbox") {
    return fmt::format("security {} is not valid", Quoted(value));
  }
  return {};
}

}  // namespace syntax
}  // namespace cacheplan
