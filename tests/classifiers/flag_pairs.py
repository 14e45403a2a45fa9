"""Pairs of texts for each flag, written for the tests: in the first it holds, in the second, of the like words, it does not."""

from __future__ import annotations

from typing import Final

from domain.mention import Channel
from domain.tags import Flag

_POST, _PRESS = Channel.SOCIAL, Channel.PRESS

PAIRS: Final[tuple[tuple[Flag, Channel, str, str], ...]] = (
    # ---- rumour: a claim that nobody has confirmed, not what the author saw, was told by the body, or calls untrue by the way
    (
        Flag.RUMOUR,
        _POST,
        "سمعت إن وزارة الإنارة بتلغي الأعمدة القديمة كلها، أحد عنده خبر أكيد؟",
        "سمعت صوت انفجار عمود الإنارة من غرفتي والحمدلله ما أحد تأذى",
    ),
    (
        Flag.RUMOUR,
        _POST,
        "يقولون رسوم الإنارة بتصير شهرية، صدق ولا كلام مجالس؟",
        "اتصلت عليهم ويقولون انتظر دورك، ولي شهر وأنا أنتظر",
    ),
    (
        Flag.RUMOUR,
        _POST,
        "منتشر بالقروبات خطاب عن إيقاف تركيب الأعمدة، هل أكدت وزارة الإنارة؟",
        "الظلام منتشر في حينا كله والأعمدة مطفية من أسبوع",
    ),
    (
        Flag.RUMOUR,
        _POST,
        "وصلني مقطع يقول إن فاتورة الإنارة ستتضاعف، ما شفت بيان رسمي",
        "وصلني إشعار بفاتورة الإنارة وفيها رسوم ما أعرفها",
    ),
    (
        Flag.RUMOUR,
        _POST,
        "واحد يحلف إن الوزارة باعت عقود الإنارة لشركة أجنبية، مدري صدق ولا كذب",
        "والله أحلف لكم إن العمود طايح على السيارة من أمس",
    ),
    (
        Flag.RUMOUR,
        _POST,
        "بيقولوا رسوم الإنارة راح ترفع للضعف من السنة الجاية، حد يأكد لنا؟",
        "قالوا لي في الفرع إن طلبي يحتاج توقيع المالك فقط",
    ),
    (
        Flag.RUMOUR,
        _POST,
        "الناس تتناقل إن العقود ألغيت، وما فيه بيان من الوزارة للحين",
        "تتناقل البلدية والوزارة معاملتي بينهم من سنة",
    ),
    (
        Flag.RUMOUR,
        _POST,
        "تغريدة بدون مصدر تقول إن الأعمدة الجديدة فيها كاميرات",
        "صورة من دون تعليق لعمود الإنارة المايل في شارعنا",
    ),
    (
        Flag.RUMOUR,
        _POST,
        "Is it true that the ministry will shut off street lamps after midnight? Saw it in a WhatsApp group",
        "It is true, the street lamps were fixed on the same day, thank you",
    ),
    (
        Flag.RUMOUR,
        _POST,
        "People are saying the lamp fee will double, can anyone confirm?",
        "The lamp fee doubled on my bill without any notice",
    ),
    (
        Flag.RUMOUR,
        _POST,
        "طلعت سالفة إن وزارة الإنارة بتسحب العدادات، جيبوا لنا بيان",
        "سالفتي طويلة مع وزارة الإنارة والعداد خربان",
    ),
    (
        Flag.RUMOUR,
        _PRESS,
        "تداولت حسابات في وسائل التواصل وثيقة مجهولة المصدر تزعم إلغاء دعم الإنارة للقرى.",
        "تداول المجلس في جلسته خطة الإنارة للقرى وأقر مرحلتها الأولى.",
    ),
    (
        Flag.RUMOUR,
        _PRESS,
        "نفت وزارة الإنارة ما أشيع عن رفع الرسوم مطلع العام.",
        "نفت وزارة الإنارة مسؤوليتها عن سقوط العمود وأحالت المقاول إلى التحقيق.",
    ),
    (
        Flag.RUMOUR,
        _PRESS,
        "لا صحة لإيقاف مشروع الأعمدة، هكذا رد المتحدث على ما راج في تطبيقات المحادثة.",
        "أكدت الوزارة صحة موقف السكان وقررت إعادة الرسوم إليهم.",
    ),
    (
        Flag.RUMOUR,
        _PRESS,
        "ما حقيقة المقطع المتداول عن تسريح عمال الإنارة؟ مقطع صوتي منسوب إلى مسؤول يثير القلق.",
        "أظهر مقطع متداول عمود إنارة يميل على مدخل مدرسة وطالب الأهالي بإزالته.",
    ),
    # ---- press_question: a journalist asks, or prints that no answer came
    (
        Flag.PRESS_QUESTION,
        _POST,
        "معكم صحفي من جريدة محلية، نرغب في تعليق وزارة الإنارة على أعطال الأسبوع قبل النشر",
        "قرأت في الجريدة أن وزارة الإنارة ركبت ألف عمود",
    ),
    (
        Flag.PRESS_QUESTION,
        _POST,
        "أنا معدة برنامج صباحي ونبي مداخلة من متحدث وزارة الإنارة بكرة",
        "شفت البرنامج الصباحي وكلام متحدث وزارة الإنارة كان واضح",
    ),
    (
        Flag.PRESS_QUESTION,
        _POST,
        "أعد تقريرا عن إنارة الأحياء وأرجو تزويدي بعدد الأعمدة المعطلة",
        "رفعت تقريرا عن عمود الإنارة عبر التطبيق ووصلني رقم الطلب",
    ),
    (
        Flag.PRESS_QUESTION,
        _POST,
        "راسلت المركز الإعلامي للوزارة ثلاث مرات عن المادة الصحفية ولا رد",
        "راسلت خدمة العملاء ثلاث مرات عن الفاتورة ولا رد",
    ),
    (
        Flag.PRESS_QUESTION,
        _POST,
        "I'm a reporter working on a story about street lamps, could your press office comment by noon?",
        "The delivery guy left my parcel under the broken lamp, no comment needed",
    ),
    (
        Flag.PRESS_QUESTION,
        _POST,
        "معك صحفية من قناة محلية، من الشخص المسؤول للرد على أسئلة عن الرسوم؟",
        "المراسل حق الدائرة ضيع معاملتي بين المكاتب",
    ),
    (
        Flag.PRESS_QUESTION,
        _PRESS,
        "وتواصلت الصحيفة مع الوزارة للاستفسار عن موعد الإصلاح، ولم يصلها رد حتى ساعة إعداد الخبر.",
        "وتواصل السكان مع الوزارة للاستفسار عن موعد الإصلاح، ولم يصلهم رد حتى الآن.",
    ),
    (
        Flag.PRESS_QUESTION,
        _PRESS,
        "واعتذر مدير الفرع عن التعليق على أسباب العطل.",
        "واعتذر مدير الفرع للسكان عن العطل ووعد بتعويضهم.",
    ),
    (
        Flag.PRESS_QUESTION,
        _PRESS,
        "وحاولت الصحيفة الحصول على إجابة من المتحدث الرسمي غير أن هاتفه لا يرد.",
        "وحاول السكان إصلاح العمود بأنفسهم غير أن الأسلاك كانت مكشوفة.",
    ),
    (Flag.PRESS_QUESTION, _PRESS, "سألنا الوزارة عن جدول الصيانة فلم نتلق جوابا.", "سألت طفلة والدها عن الظلام فلم يجد جوابا."),
    (
        Flag.PRESS_QUESTION,
        _PRESS,
        "وبعث المحرر بأسئلته إلى إدارة الاتصال المؤسسي ولا يزال ينتظر.",
        "وبعث أحد السكان ببرقية إلى الوزير ولا يزال ينتظر.",
    ),
    (
        Flag.PRESS_QUESTION,
        _PRESS,
        "The ministry did not respond to requests for comment.",
        "The ministry responded to residents and replaced the lamps.",
    ),
    (
        Flag.PRESS_QUESTION,
        _PRESS,
        "قارئ يسأل: من يدفع رسوم نقل العمود؟ نضع السؤال بين يدي المختصين في الوزارة.",
        "يسأل الطالب معلمه عن الكهرباء في كتاب جديد أصدرته الوزارة للقراء.",
    ),
    (
        Flag.PRESS_QUESTION,
        _PRESS,
        "ورفضت الشركة المشغلة التعليق على ما ذكره السكان.",
        "ورفضت الشركة المشغلة طلبات السكان نقل الأعمدة.",
    ),
    # ---- names_staff: one of the staff by name, not the author's family, an interviewed citizen, or an official who speaks
    (
        Flag.NAMES_STAFF,
        _POST,
        "الموظف راشد في فرع الإنارة قفل الشباك بوجهنا",
        "الموظف الراشد يعرف كيف يتعامل مع الناس في فرع الإنارة",
    ),
    (Flag.NAMES_STAFF, _POST, "المهندسة ريم من الصيانة وعدتنا بعمود وما جابته", "بنتي المهندسة تسأل عن وظائف وزارة الإنارة"),
    (Flag.NAMES_STAFF, _POST, "شكرا أبو سلطان في مكتب الصيانة خدمنا بعيونه", "عمي أبو سلطان ينتظر عمود الإنارة من سنتين"),
    (Flag.NAMES_STAFF, _POST, "كلمني واحد اسمه ماجد من خدمة العملاء ورفع صوته", "الحي اسمه الماجدية والأعمدة فيه مطفية"),
    (
        Flag.NAMES_STAFF,
        _POST,
        "Spoke to supervisor Khalid at the lamps office, he hung up on me",
        "Spoke to a supervisor at the lamps office, he was kind",
    ),
    (Flag.NAMES_STAFF, _POST, "موظف الاستقبال فهد ما عنده أسلوب", "موظف الاستقبال ما عنده أسلوب في مبنى الملك فهد"),
    (Flag.NAMES_STAFF, _POST, "المفتش سعود خالفنا على عمود مو لنا", "المفتش خالفنا على عمود في طريق سعود بن جلوي"),
    (
        Flag.NAMES_STAFF,
        _PRESS,
        "وقال السكان إن المراقب سعيد أوقف العمل وطلب مبالغ منهم.",
        "وقال المواطن سعيد إن الأعمدة مطفية منذ شهر.",
    ),
    (
        Flag.NAMES_STAFF,
        _PRESS,
        "وكرم الفرع الموظف ياسر الحربي بعد أن أعاد المحفظة.",
        "وأوضح المهندس ياسر الحربي أن الأعمال تنتهي قريبا.",
    ),
    (Flag.NAMES_STAFF, _PRESS, "واتهم المراجعون رئيس القسم طلال بتأخير ملفاتهم.", "وأكد رئيس القسم طلال أن الملفات أنجزت."),
    (
        Flag.NAMES_STAFF,
        _POST,
        "رفعت شكوى على المشرفة هدى في بلدية الحي وما صار شي",
        "المشرفة في بلدية الحي ما صار منها شي على الشكوى",
    ),
    # ---- suggestion: something to be done better, not a wish that scolds, a refused proposal or a department's name
    (Flag.SUGGESTION, _POST, "أقترح تركيب حساسات تطفي الأعمدة مع الشروق", "رفضوا اقتراح الجيران وخلونا في الظلام"),
    (Flag.SUGGESTION, _POST, "ليتكم تضيفون خيار البلاغ بالصورة في التطبيق", "ليتكم تحسون فينا وترجعون الإنارة"),
    (Flag.SUGGESTION, _POST, "ياريت تحطوا رقم على كل عمود عشان نبلغ بسرعة", "ياريت أحد يرد علينا من وزارة الإنارة"),
    (Flag.SUGGESTION, _POST, "فكرة: عمود شمسي لكل ممشى يوفر الكهرب", "ما عندي فكرة متى يرجع النور لحينا"),
    (Flag.SUGGESTION, _POST, "ليش ما تربطون بلاغات الأعمدة مع الخريطة؟ أسهل على الجميع", "ليش ما تردون على البلاغات؟ تعبنا"),
    (Flag.SUGGESTION, _POST, "لو توفرون خدمة التقسيط لرسوم الإنارة يكون أفضل للناس", "لو توفرون علينا وعودكم ما صدقناها"),
    (Flag.SUGGESTION, _POST, "حبذا لو نشرت الوزارة جدول الصيانة لكل حي", "لو نشرت الوزارة كذبة ثانية ما بنصدق"),
    (Flag.SUGGESTION, _POST, "نتمنى إضافة إنارة للممشى الجديد مع أشجار", "نتمنى لكم التوفيق وشكرا على الإنارة"),
    (Flag.SUGGESTION, _POST, "اربطوا العداد بالجوال بدل ما يجي القارئ كل شهر", "ربطوا العداد بالجوال بدون علمي وخصموا مني"),
    (Flag.SUGGESTION, _POST, "Why not add a button in the app to report a broken lamp?", "Why not answer your phone for once?"),
    (
        Flag.SUGGESTION,
        _POST,
        "It would be great if you could publish the maintenance schedule",
        "It would be great news if it were true",
    ),
    (Flag.SUGGESTION, _POST, "ممكن تضيفون إشعار قبل فصل الإنارة للصيانة؟", "ممكن أعرف متى تنتهي صيانة الإنارة؟"),
    (Flag.SUGGESTION, _POST, "الأفضل يكون فيه موظف لغة إشارة في كل فرع", "الأفضل إنكم تستقيلون كلكم"),
    (
        Flag.SUGGESTION,
        _PRESS,
        "واقترح الكاتب إنشاء لجنة تتابع إنارة القرى وتنشر نتائجها.",
        "وعرض المهندس الأعمدة المقترحة للطريق الجديد ومساراتها.",
    ),
    (
        Flag.SUGGESTION,
        _PRESS,
        "ودعا إلى إنشاء مركز موحد لبلاغات الإنارة.",
        "ودعا المواطنين إلى الإبلاغ عن أعمدة الإنارة المعطلة.",
    ),
    # ---- personal_data: by form and checksum
    (Flag.PERSONAL_DATA, _POST, "هويتي 1000000008 والطلب معلق", "الرقم المرجعي 1000000008 والطلب معلق"),
    (Flag.PERSONAL_DATA, _POST, "إقامتي ٢٠٠٠٠٠٠٠٠٦ منتهية", "السجل التجاري ١٠١٠٠٠٠٠٠٦ منتهي"),
    (Flag.PERSONAL_DATA, _POST, "كلموني ٠٥٥-١٢٣-٤٥٦٧ ضروري", "المبلغ ٠٥٥-١٢٣ ريال فقط"),
    (Flag.PERSONAL_DATA, _POST, "هاتف البيت 011 465 1234 محد يتصل", "اتصلت على 920012345 ومحد رد"),
    (Flag.PERSONAL_DATA, _POST, "my number is +44 7700 900123 call me", "the order number is 00447700900 ok"),
    (Flag.PERSONAL_DATA, _POST, "لوحة سيارتي أ ب ح ٤٥٦ وسحبتها البلدية", "لوحة الشارع رقم ٤٥٦ طايحة"),
    (Flag.PERSONAL_DATA, _POST, "The car plate ABD 1234 hit the lamp", "Flight ABD 1234 was late"),
    (Flag.PERSONAL_DATA, _POST, "الآيبان AE070331234567890123456 حق أخوي", "الآيبان AE070331234567890123457 مو صحيح"),
    (Flag.PERSONAL_DATA, _POST, "جواز السفر رقم A1234567 باسم الوالد", "الموديل رقم A1234567 من الأعمدة"),
    (Flag.PERSONAL_DATA, _POST, "عنواني المختصر RABC1234 والعمود مطفي", "رمز العمود RABC1234 وهو مطفي"),
    (Flag.PERSONAL_DATA, _POST, "ايميلي saad.q@mail.example ردوا علي", "راسلت info@lamps.example وما ردوا"),
    (Flag.PERSONAL_DATA, _POST, "بطاقتي 4111 1111 1111 1111 انسحب منها", "الرقم 4111 1111 1111 1112 في الفاتورة"),
)
