"""Sentences about the settings file: what `dau check` and every start with a broken file say."""

WORDS: dict[str, tuple[str, str]] = {
    # What a library or the system says in its own words is put behind the sentence, once.
    # parts of every complaint
    "config.did_you_mean": ("是否应为", "did you mean"),
    "config.allowed": ("允许", "allowed"),
    "config.whole_file": ("整个文件", "the whole file"),
    # the file itself
    "config.file_missing": ("找不到配置文件", "there is no such settings file"),
    "config.file_unreadable": ("无法读取配置文件", "the settings file cannot be read"),
    "config.not_utf8": (
        "第 {column} 个字节不是 UTF-8 编码",
        "byte {column} of the line is not UTF-8",
    ),
    "config.utf8": ("UTF-8 编码的 TOML 文本", "TOML text in UTF-8"),
    "config.syntax": ("第 {column} 列 TOML 语法错误", "column {column} is not valid TOML"),
    # keys and values
    "config.profile_unknown": ("没有名为 {found} 的仪表模板", "there is no profile {found}"),
    "config.no_profiles": ("驱动 {name} 不支持仪表模板", "the driver {name} reads no profiles"),
    "config.profile_name": ("模板 {found} 的文件名应与 id 相同, 现为 {file}", "profile {found} stands in {file}"),
    "config.driver_of_profile": ("驱动由 profile 决定, 不要再写 driver", "the profile names the driver; leave it out"),
    "config.key_of_kind": ('{found} 只用于 kind = "{kind}" 的通道', '{found} is only for channels of kind "{kind}"'),
    "config.no_counter": ("没有这个累计量通道", "there is no such channel of kind counter"),
    "config.counter_unit": (
        "累计量单位 {found} 不能换算为流量的累计单位 {wanted}",
        "the counter in {found} does not count the amounts of the flow, which are in {wanted}",
    ),
    "config.unknown_key": ('未知的键 "{found}"', 'unknown key "{found}"'),
    "config.missing_key": ('缺少键 "{missing}"', 'the key "{missing}" is missing'),
    "config.wrong_type": ("{found} 的类型不对", "{found} is of the wrong type"),
    "config.not_allowed": ("{found} 不是允许的值", "{found} is not an allowed value"),
    "config.out_of_range": ("{found} 超出范围", "{found} is out of range"),
    "config.bad_form": ("{found} 的格式不对", "{found} does not have the right form"),
    "config.wrong_length": ("{found} 的长度不对", "{found} is of the wrong length"),
    "config.refused": ("不能使用", "cannot be used"),
    # kinds of values
    "config.kind.bool": ("true 或 false", "true or false"),
    "config.kind.int": ("整数", "an integer"),
    "config.kind.float": ("数值", "a number"),
    "config.kind.str": ('带引号的文本 "..."', 'text in quotes "..."'),
    "config.kind.table": ("表 {{...}}", "a table {{...}}"),
    "config.kind.array": ("数组 [...]", "an array [...]"),
    "config.kind.tables": ("表的数组 [[...]]", "an array of tables [[...]]"),
    "config.kind.any": ("任意值", "any value"),
    "config.length": ("长度 {bound}", "length {bound}"),
    # forms of text
    "config.form.name": (
        "小写字母开头,其后为小写字母、数字、_ 或 -,最多 32 个字符",
        "a lower-case letter, then lower-case letters, digits, _ or -, at most 32 characters",
    ),
    "config.form.factor": ("2 至 8 个字母或数字", "2 to 8 letters or digits"),
    "config.form.mn": (
        "最多 24 个字母、数字或 _ (标准规定 24 个十六进制字符)",
        "up to 24 letters, digits or _ (24 hexadecimal characters by the standard)",
    ),
    "config.form.st": ("两个数字或大写字母,如 32", "two digits or capital letters, such as 32"),
    "config.form.command": ("四位数字的命令编码,如 1012", "a command of four digits, such as 1012"),
    "config.form.old": ("2 或 3 个字母或数字,如 011", "2 or 3 letters or digits, such as 011"),
    "config.form.letter": ("1 至 4 个字母或数字,如 N", "1 to 4 letters or digits, such as N"),
    "config.form.serial": ("24 个十六进制字符", "24 hexadecimal characters"),
    "config.form.declared": (
        "1 至 100 个字符,不含 ; , & # =",
        "1 to 100 characters without ; , & # =",
    ),
    "config.form.key": ("32 个十六进制字符或 16 个 ASCII 字符", "32 hexadecimal digits or 16 ASCII characters"),
    "config.form.address": ("主机:端口,如 10.0.0.7:502", "host:port, such as 10.0.0.7:502"),
    "config.form.password": (
        "1 至 24 个可打印 ASCII 字符,不含空格和 ; & # = ,",
        "1 to 24 printable ASCII characters without space and ; & # = ,",
    ),
    "config.form.range": ("[下限, 上限],下限小于上限", "[low, high] with low below high"),
    # mistakes a table's own model finds
    "config.address": ("{found} 不是 主机:端口", "{found} is not host:port"),
    "config.password": ("密码不能写入数据包", "the password cannot stand in a packet"),
    "config.range": ("量程 {found} 的下限不小于上限", "the range {found} does not rise"),
    "config.bus_end": (
        "serial 和 tcp 必须二选一",
        "exactly one of serial and tcp must be given",
    ),
    # drivers
    "config.driver_unknown": ('没有名为 "{name}" 的驱动', 'there is no driver "{name}"'),
    "config.driver_broken": (
        '驱动 "{name}" 无法在本机导入',
        'the driver "{name}" cannot be imported here',
    ),
    "config.driver_incomplete": ('驱动 "{name}" 缺少 {lacks}', 'the driver "{name}" lacks {lacks}'),
    # passwords kept elsewhere
    "config.pw_twice": ("pw 和 pw_file 只能写一个", "only one of pw and pw_file may be given"),
    "config.secret_unreadable": ("无法读取文件 {file}", "the file {file} cannot be read"),
    "config.secret_open": (
        "文件 {file} 任何人都可读取 (权限 {mode})",
        "the file {file} may be read by everybody (mode {mode})",
    ),
    "config.key": ("文件中不是 SM4 密钥", "the file does not hold an SM4 key"),
    # between the tables
    "config.twice": ("{found} 已在第 {line} 行使用", "{found} is already taken in line {line}"),
    "config.unknown_bus": ('没有名为 "{found}" 的总线', 'there is no bus "{found}"'),
    "config.unknown_channel": ('没有名为 "{found}" 的通道', 'there is no channel "{found}"'),
    "config.not_fed": ("没有仪表提供此通道的数据", "no instrument feeds this channel"),
    "config.fed_twice": (
        '通道 "{found}" 已由仪表 "{other}" 提供',
        'the channel "{found}" is already fed by the instrument "{other}"',
    ),
    "config.unit_differs": (
        '单位 "{found}" 与通道 "{channel}" 的单位不同',
        'the unit "{found}" is not the unit of the channel "{channel}"',
    ),
    "config.framing": (
        '串口总线 "{bus}" 上不能使用 framing = "tcp"',
        'framing = "tcp" cannot be spoken over the serial bus "{bus}"',
    ),
    "config.other_line": (
        '提示：仪表 "{name}" 出厂为 {shipped}，总线为 {line}，请核对仪表的串口设置',
        'Note: the instrument "{name}" leaves its maker with {shipped}, the bus has {line}; look at what is set on it',
    ),
    "config.platform_twice": (
        '与平台 "{other}" 的地址和 MN 相同',
        'same address and MN as the platform "{other}"',
    ),
    # what stands around the values
    "config.two_ways": ("map 和 above 只能写一个", "only one of map and above may be given"),
    "config.no_source": ("map 和 above 需要 channel", "map and above need the key channel"),
    "config.speaks_of_itself": (
        '"{found}" 不能给自己规定状态',
        '"{found}" cannot say what state it has itself',
    ),
    "config.simulated": (
        "该总线在本机上,是模拟仪表;生产站不能使用",
        "the bus ends in this machine, where simulated instruments are; a station in production cannot use it",
    ),
    # channels and the code tables
    "config.not_in_codes": (
        "代码表没有规定 {code} 的 {missing}",
        "no code table says the {missing} of {code}",
    ),
    "config.unit_of_code": (
        '单位 "{found}" 不能换算为代码表中 {code} 的单位',
        'the unit "{found}" cannot be converted to that of {code} in the code table',
    ),
    "config.no_amount": (
        '单位 "{unit}" 不能累计成 "{found}"',
        'no amount in "{found}" can be made out of the unit "{unit}"',
    ),
    "config.empty_code": ("此行没有给出任何内容", "the row says nothing about the code"),
    "config.not_info": ('"{found}" 不是现场信息编码', '"{found}" is not a code of site information'),
    # platforms and their edition
    "config.not_in_edition": (
        "HJ 212-{edition} 没有命令 {command}",
        "HJ 212-{edition} has no command {command}",
    ),
    "config.no_heartbeat": (
        "HJ 212-{edition} 没有心跳命令",
        "HJ 212-{edition} has no heartbeat command",
    ),
    "config.not_asked": (
        '"{found}" 不是上位机可发出的命令',
        '"{found}" is not a command that a platform sends',
    ),
    "config.not_uploaded": (
        '"{found}" 不是此版本主动上传的命令',
        '"{found}" is not an upload of this edition',
    ),
    "config.unknown_deviation": ('没有名为 "{found}" 的偏差', 'there is no deviation "{found}"'),
    "config.no_old_code": (
        '通道 "{channel}" 的因子 {code} 没有 2005 版代码',
        'the factor {code} of the channel "{channel}" has no code in 2005',
    ),
    "config.cannot_convert": (
        '通道 "{channel}" 的单位 "{found}" 不能换算为 "{wanted}"',
        'the channel "{channel}" is in "{found}", which cannot be converted to "{wanted}"',
    ),
    # derived channels
    "config.unknown_formula": ('没有名为 "{found}" 的公式', 'there is no formula "{found}"'),
    "config.form.either": ("通道名称,或以 {unit} 为单位的数值", "a channel, or a number in {unit}"),
    "config.circle": ("通道互相依赖: {circle}", "the channels build on each other in a circle: {circle}"),
    "config.input_unit": (
        '通道 "{channel}" 的单位 "{found}" 不能换算为公式所需的 "{wanted}"',
        'the channel "{channel}" is in "{found}", which cannot be converted to the "{wanted}" of the formula',
    ),
    "config.result_unit": (
        '公式 "{formula}" 的结果以 "{wanted}" 计,不能换算为 "{found}"',
        'the formula "{formula}" gives "{wanted}", which cannot be converted to "{found}"',
    ),
    "config.one_of": ("{names} 必须且只能给出一个", "exactly one of {names} must be given"),
    "config.no_item": ('通道 "{found}" 不单独上传', 'the channel "{found}" has no item of its own'),
    # dau check
    "config.converts": (
        '平台 "{platform}" 的通道 "{channel}": {found} 换算为 {wanted}',
        'for the platform "{platform}" the channel "{channel}" is converted from {found} to {wanted}',
    ),
    "config.understood": (
        "{file}: 配置正确, 总线 {buses}, 仪表 {instruments}, 通道 {channels}, 平台 {platforms}",
        "settings in order, buses {buses}, instruments {instruments}, channels {channels}, platforms {platforms}",
    ),
    "config.mistakes": ("{file}: 错误 {count}", "mistakes {count}"),
    "config.check": (
        "检查配置文件 CONFIG,一次列出全部错误;有错误时退出码为 78",
        "Check the settings file CONFIG and list every mistake at once; exit status 78 if there is any",
    ),
}
